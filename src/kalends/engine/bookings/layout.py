"""Resources times times: the lines of a booking that wants each resource at each time, and which item becomes which."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.catalog.extra import combined
from kalends.engine.time.span import Span


class PlannedTime(msgspec.Struct, frozen=True):
    """A resource at one of the times: what becomes one item."""

    resource: RequestedResource
    span: Span


def layout(resources: Iterable[RequestedResource], spans: Iterable[Span]) -> list[PlannedTime]:
    """Each resource at each of the times, the earliest first; of equal extras of a resource the units are added up."""
    wanted = [RequestedResource(one.resource_id, combined(one.extras)) for one in resources]
    return [PlannedTime(one, span) for span in sorted(spans) for one in wanted]


def lines_at(
    resources: Iterable[RequestedResource], spans: Iterable[Span], title: str | None = None, status: str | None = None
) -> tuple[RequestedLine, ...]:
    """The lines of a request that wants the whole of each resource at each of the times."""
    return tuple(line_at(planned, title, status) for planned in layout(resources, spans))


def line_at(planned: PlannedTime, title: str | None = None, status: str | None = None) -> RequestedLine:
    """The line that wants the whole of a resource at a time."""
    return RequestedLine(
        resource_id=planned.resource.resource_id,
        starts_at=planned.span.start,
        ends_at=planned.span.end,
        units=None,
        extras=planned.resource.extras,
        title=title,
        status=status,
    )


def resources_of(items: Sequence[Item]) -> tuple[RequestedResource, ...]:
    """The resources that items are at, each once, in the items' order, with what goes with the first of them there."""
    found: dict[int, RequestedResource] = {}
    for item in items:
        if item.resource_id is not None:
            found.setdefault(item.resource_id, RequestedResource(item.resource_id, item.extras))
    return tuple(found.values())


def spans_of(items: Sequence[Item]) -> tuple[Span, ...]:
    """The times that items are at, each once."""
    return tuple(sorted({Span(item.starts_at, item.ends_at) for item in items}))


def with_extras_kept(
    wanted: Sequence[RequestedResource], present: Sequence[RequestedResource]
) -> tuple[RequestedResource, ...]:
    """The resources wanted; one that brings no extras keeps those that are there now.

    They are those of the same resource, else those of the resources that are given up, in their order.
    """
    by_id: Mapping[int, RequestedResource] = {one.resource_id: one for one in present}
    given_up = iter([one for one in present if one.resource_id not in {each.resource_id for each in wanted}])
    kept = []
    for one in wanted:
        was = by_id.get(one.resource_id) or next(given_up, None)
        kept.append(one if one.extras or was is None else RequestedResource(one.resource_id, was.extras))
    return tuple(kept)


def match_items(items: Sequence[Item], planned: Sequence[PlannedTime]) -> list[tuple[Item | None, PlannedTime | None]]:
    """Match existing items to planned times: exact matches first, then in order of time.

    An item that is left over is not needed any more, a planned time that is left over is new.
    """
    waiting: dict[tuple[int | None, Span], list[Item]] = {}
    for item in items:
        waiting.setdefault((item.resource_id, Span(item.starts_at, item.ends_at)), []).append(item)
    pairs: list[tuple[Item | None, PlannedTime | None]] = []
    unmatched = []
    for one in planned:
        exact = waiting.get((one.resource.resource_id, one.span))
        if exact:
            pairs.append((exact.pop(0), one))
        else:
            unmatched.append(one)
    matched = {item.id for item, _ in pairs if item is not None}
    pairs += zip_longest([item for item in items if item.id not in matched], unmatched)
    return pairs
