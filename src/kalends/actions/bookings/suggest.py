"""Books, and says of each line that can't be booked what is in its way and which times near it are free."""

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.bookings.book import book
from kalends.actions.bookings.explain import explain
from kalends.actions.context import Context
from kalends.engine.bookings.explain import LineExplanation, Option
from kalends.engine.bookings.request import Booked, BookingRequest
from kalends.engine.conflict import Conflict, FreeTime, InTheWay, LineConflict
from kalends.engine.refusals import Full
from kalends.store.catalog.resources import find_resources

C = TypeVar("C", Conflict, LineConflict)

MOST_NEAREST = 3
"""Free times that are suggested for a line."""


@allow("book", "customer")
async def book_or_suggest(ctx: Context, request: BookingRequest) -> Booked:
    """Book a request as `book` does. If there is too little capacity, the refusal has `lines`: all that can't be booked
    by itself, with what is in the way as far as the caller may see it, and the nearest free times of the first five.

    Raises what `book` raises.
    """
    try:
        return await book(ctx, request)
    except Full as full:
        raise await as_seen(ctx, await suggested(ctx, request, full)) from None


@internal
async def suggested(ctx: Context, request: BookingRequest, full: Full) -> Full:
    """The refusal of a request, with its lines."""
    explanations = await explain(ctx, request, MOST_NEAREST)
    lines = [
        _line_conflict(index, explanation) for index, explanation in enumerate(explanations) if not explanation.bookable
    ]
    return full.with_conflicts(full.conflicts, lines)


@allow("read", "customer", "guest")
async def as_seen(ctx: Context, full: Full) -> Full:
    """The refusal as far as the caller may see what is in the way: of what is at other sites there is only the time.

    Customers and guests are told the times alone.
    """
    ways = [*_all(full.conflicts), *_all(full.lines)]
    visible = await _visible(ctx, {way.resource_id for way in ways if way.resource_id is not None})
    return full.with_conflicts(
        [_narrowed(conflict, visible) for conflict in full.conflicts],
        [_narrowed(line, visible) for line in full.lines],
    )


def _line_conflict(index: int, explanation: LineExplanation) -> LineConflict:
    ways = [way for option in explanation.options for way in _in_the_way(option)]
    nearest = (
        FreeTime(near.span, near.resource.id if near.resource else None, near.session_id)
        for near in explanation.nearest
    )
    first = explanation.first_refusal
    return LineConflict(index, first.code if first else Full.code, tuple(dict.fromkeys(ways)), tuple(nearest))


def _in_the_way(option: Option) -> Iterator[InTheWay]:
    """What is in the way of an option: if it is a session, the session itself, which has too few seats left."""
    for refusal in option.refusals:
        if isinstance(refusal, Full):
            yield from _all(refusal.conflicts)
            if refusal.what == "session":
                yield InTheWay(option.assigned.span, session_id=refusal.which)


def _all(conflicts: Iterable[Conflict | LineConflict]) -> Iterator[InTheWay]:
    return (way for conflict in conflicts for way in conflict.in_the_way)


async def _visible(ctx: Context, resource_ids: Collection[int]) -> frozenset[int | None]:
    """Those of these resources that the caller may see; with None for what takes no resource, such as a seat."""
    if ctx.principal.kind in ("customer", "guest"):
        return frozenset()
    if ctx.site_ids is None:
        return frozenset({None, *resource_ids})
    at_sites = await find_resources(ctx.db, ctx.account.id, list(resource_ids), ctx.site_ids)
    return frozenset({None, *(resource.id for resource in at_sites)})


def _narrowed(conflict: C, visible: Collection[int | None]) -> C:
    ways = tuple(way if way.resource_id in visible else InTheWay(way.span) for way in conflict.in_the_way)
    return msgspec.structs.replace(conflict, in_the_way=tuple(dict.fromkeys(ways)))
