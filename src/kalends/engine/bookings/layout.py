"""Bookings of several resources at several times: one line for each pair, and the matching of items to them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.catalog.extra import combined
from kalends.engine.time.span import Span

ZoneOf: TypeAlias = Callable[[int | None], ZoneInfo]
"""The time zone where a resource stands, by its id; the account's for None."""


class Placed(Protocol):
    """What is at a resource, or at none."""

    @property
    def resource_id(self) -> int | None: ...


P = TypeVar("P", bound=Placed)


class PlannedTime(msgspec.Struct, frozen=True):
    """One resource at one time, which becomes one item."""

    resource: RequestedResource
    span: Span


def by_zone(rows: Iterable[P], zone_of: ZoneOf) -> dict[ZoneInfo, list[P]]:
    """The rows by the time zone of the resource that each is at."""
    rows_by_zone: dict[ZoneInfo, list[P]] = {}
    for row in rows:
        rows_by_zone.setdefault(zone_of(row.resource_id), []).append(row)
    return rows_by_zone


def layout(resources: Iterable[RequestedResource], spans: Iterable[Span]) -> list[PlannedTime]:
    """Every resource at every time, by time and then in the order of the resources; equal extras are added up."""
    merged = [RequestedResource(resource.resource_id, combined(resource.extras)) for resource in resources]
    return [PlannedTime(resource, span) for span in sorted(spans) for resource in merged]


def lines_at(
    resources: Iterable[RequestedResource], spans: Iterable[Span], title: str | None = None, status: str | None = None
) -> tuple[RequestedLine, ...]:
    """Lines that book the whole of every resource at every time."""
    return tuple(line_at(planned, title, status) for planned in layout(resources, spans))


def line_at(planned: PlannedTime, title: str | None = None, status: str | None = None) -> RequestedLine:
    """The line that books the whole of a resource at a time."""
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
    """The resources of the items, each once, in the order of the items, with the extras of its first item."""
    by_id: dict[int, RequestedResource] = {}
    for item in items:
        if item.resource_id is not None:
            by_id.setdefault(item.resource_id, RequestedResource(item.resource_id, item.extras))
    return tuple(by_id.values())


def spans_of(items: Sequence[Item]) -> tuple[Span, ...]:
    """The times of the items, each once, sorted."""
    return tuple(sorted({Span(item.starts_at, item.ends_at) for item in items}))


def with_extras_kept(
    requested: Sequence[RequestedResource], present: Sequence[RequestedResource]
) -> tuple[RequestedResource, ...]:
    """The requested resources, where one without extras takes over present extras.

    They are those of the same resource; for a new resource those of the next one that is given up.
    """
    present_by_id: Mapping[int, RequestedResource] = {resource.resource_id: resource for resource in present}
    requested_ids = {resource.resource_id for resource in requested}
    given_up = iter([resource for resource in present if resource.resource_id not in requested_ids])
    result = []
    for resource in requested:
        before = present_by_id.get(resource.resource_id) or next(given_up, None)
        extras = resource.extras or (before.extras if before else ())
        result.append(RequestedResource(resource.resource_id, extras))
    return tuple(result)


def match_items(items: Sequence[Item], planned: Sequence[PlannedTime]) -> list[tuple[Item | None, PlannedTime | None]]:
    """Match existing items to planned times: exact matches first, then in order of time.

    (item, None) is an item that is to be removed, (None, planned time) one that is to be added.
    """
    available: dict[tuple[int | None, Span], list[Item]] = {}
    for item in items:
        available.setdefault((item.resource_id, Span(item.starts_at, item.ends_at)), []).append(item)
    pairs: list[tuple[Item | None, PlannedTime | None]] = []
    unmatched = []
    for planned_time in planned:
        exact = available.get((planned_time.resource.resource_id, planned_time.span))
        if exact:
            pairs.append((exact.pop(0), planned_time))
        else:
            unmatched.append(planned_time)
    matched = {item.id for item, _ in pairs if item is not None}
    pairs += zip_longest([item for item in items if item.id not in matched], unmatched)
    return pairs
