"""Books and moves, and says of what can't be booked then what is in its way and which times near it are free."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow, internal
from kalends.actions.bookings.book import book, preview
from kalends.actions.bookings.change_item import NO_OTHERS, Besides, change_item
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.explain import explain
from kalends.actions.bookings.find import get_item, get_whole_booking
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context, as_if_free, rolled_back
from kalends.engine.bookings.assign import NearTime
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_item import given_fields, in_scope, keeps_length, shifted_patch, with_length
from kalends.engine.bookings.explain import LineExplanation, Option
from kalends.engine.bookings.patch import ItemPatch, Scope
from kalends.engine.bookings.request import BY_POLICY, SILENT, Booked, BookingRequest, MessageOverrides, RequestedLine
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import ItemView
from kalends.engine.conflict import Conflict, FreeTime, InTheWay, LineConflict
from kalends.engine.refusals import Full, Refusal
from kalends.engine.time.span import Span
from kalends.store.catalog.resources import find_resources

C = TypeVar("C", Conflict, LineConflict)

MOST_NEAREST = 3
"""Free times that are suggested for a line."""
_TRIED = 12
"""Free times of an item at which it is tried whether the others of its booking can be moved along."""
_TAKEN = ("service_id", "resource_id", "also_resource_ids", "starts_at", "ends_at")


@allow("book", "customer", "practitioner")
async def book_or_suggest(ctx: Context, request: BookingRequest) -> Booked:
    """Book a request as `book` does. If there is too little capacity, the refusal has `lines`: all that can't be booked
    by itself, with what is in the way as far as the caller may see it, and the nearest free times of the first five.

    Raises what `book` raises.
    """
    try:
        return await book(ctx, request)
    except Full as full:
        raise await as_seen(ctx, await suggested(ctx, request, full)) from None


@allow("book", "practitioner")
async def change_or_suggest(
    ctx: Context, item_id: int, patch: ItemPatch, *, scope: Scope = "this", messages: MessageOverrides = BY_POLICY
) -> ItemView:
    """Change an item as `change_item` does. If a room that a service needs besides is taken at a new time, another
    takes its place. If its new time is taken, the refusal has it as its one line, as that of `book_or_suggest`: with
    what is in the way, and the times nearest to it that would be free without the item itself, other than where it is.
    Where others are moved along these are times that suit all of them, as far as there are some near.

    Raises what `change_item` raises.
    """
    try:
        return await _change(ctx, item_id, patch, scope, messages)
    except Full as full:
        if scope != "this":
            raise await as_seen(ctx, await _explained_moves(ctx, item_id, patch, scope, full)) from None
        raise await as_seen(ctx, await _explained_move(ctx, item_id, patch, full)) from None


@allow("book", "practitioner")
async def change_state_or_suggest(
    ctx: Context, item_id: int, verb: str, messages: MessageOverrides = BY_POLICY
) -> ItemView:
    """Confirm or reopen an item as `change_item_state` does. If its time is taken, the refusal has it as its one line,
    as that of `change_or_suggest`.

    Raises what `change_item_state` raises.
    """
    try:
        return await change_item_state(ctx, item_id, verb, messages=messages)
    except Full as full:
        raise await as_seen(ctx, await _explained_move(ctx, item_id, ItemPatch(), full)) from None


async def _explained_move(ctx: Context, item_id: int, patch: ItemPatch, full: Full) -> Full:
    """The refusal of a move, with its line."""
    view = await get_item(ctx, item_id)
    request = BookingRequest(lines=(await _moved_line(ctx, view, patch),))
    refusal = await suggested(as_if_free(ctx, [view]), request, full, MOST_NEAREST + 1)
    return full.with_conflicts(refusal.conflicts, [_elsewhere(line, view.item) for line in refusal.lines])


async def _change(ctx: Context, item_id: int, patch: ItemPatch, scope: Scope, messages: MessageOverrides) -> ItemView:
    try:
        return await change_item(ctx, item_id, patch, scope=scope, messages=messages)
    except Full:
        with suppress(Full):
            if others := await _other_companions(ctx, item_id, patch, scope):
                return await change_item(ctx, item_id, patch, scope=scope, messages=messages, besides=others)
        raise


async def _other_companions(ctx: Context, item_id: int, patch: ItemPatch, scope: Scope) -> Besides:
    """What is free at the new times of items instead of what they take besides; nothing if not all have a free one."""
    view = await get_item(ctx, item_id)
    whole, zone = await get_whole_booking(ctx, view.item.booking_id), await zone_at(ctx, view.resource)
    views = [
        each for each in in_scope(whole.items, view, scope) if each.session is None and is_active(each.item, ctx.now)
    ]
    lines = [await _moved_line(ctx, each, shifted_patch(patch, view.item, each.item, zone)) for each in views]
    if not any(line.preferred_ids for line in lines):
        return NO_OTHERS
    try:
        booked = await preview(as_if_free(ctx, views), BookingRequest(lines=tuple(lines)))
    except Refusal:
        return NO_OTHERS
    taken = zip(views, lines, booked.items, strict=True)
    return {each.item.id: new.item.also_resource_ids for each, line, new in taken if line.preferred_ids}


def _elsewhere(line: LineConflict, item: Item) -> LineConflict:
    """The line without the present time of the item among those that are free near it."""
    others = [time for time in line.nearest if not _is_present(time, item)]
    return msgspec.structs.replace(line, nearest=tuple(others[:MOST_NEAREST]))


def _is_present(time: FreeTime, item: Item) -> bool:
    if item.session_id is not None:
        return time.session_id == item.session_id
    return (time.span, time.resource_id) == (Span(item.starts_at, item.ends_at), item.resource_id)


async def _explained_moves(ctx: Context, item_id: int, patch: ItemPatch, scope: Scope, full: Full) -> Full:
    """The refusal of a move of several items, with the item itself as its line. Each free time of it is tried."""
    view = await get_item(ctx, item_id)
    request = BookingRequest(lines=(await _moved_line(ctx, view, patch),))
    (explanation,) = await explain(as_if_free(ctx, [view]), request, _TRIED, also_bookable=True)
    suits: list[NearTime] = []
    for near in explanation.nearest:
        if _is_present(_free_time(near), view.item):
            continue
        moved = msgspec.structs.replace(patch, starts_at=near.span.start, ends_at=near.span.end)
        if len(suits) < MOST_NEAREST and await _can_change(ctx, item_id, moved, scope):
            suits.append(near)
    line = LineConflict(0, full.code, tuple(_all(full.conflicts)), tuple(map(_free_time, suits)))
    return full.with_conflicts(full.conflicts, [line])


async def _can_change(ctx: Context, item_id: int, patch: ItemPatch, scope: Scope) -> bool:
    """Whether the items can be changed so; nothing of it is kept."""
    try:
        async with rolled_back(ctx) as tx:
            await _change(tx, item_id, patch, scope, SILENT)
    except Refusal:
        return False
    return True


async def _moved_line(ctx: Context, view: ItemView, patch: ItemPatch) -> RequestedLine:
    """What an item would take after a change, as the line of a request."""
    if keeps_length(patch):
        patch = with_length(patch, view.item, await zone_at(ctx, view.resource))
    given = given_fields(view, patch)
    item = msgspec.structs.replace(view.item, **given)
    if item.session_id:
        return RequestedLine(units=item.units, extras=item.extras, session_id=item.session_id)
    taken = {name: getattr(item, name) for name in _TAKEN}
    is_same_service = patch.service_id in (UNSET, view.item.service_id)
    if is_same_service and patch.also_resource_ids is UNSET and view.may_take_others(ctx.principal):
        taken |= {"also_resource_ids": (), "preferred_ids": item.also_resource_ids}
    return RequestedLine(units=item.units, extras=item.extras, **taken)


@internal
async def suggested(ctx: Context, request: BookingRequest, full: Full, most: int = MOST_NEAREST) -> Full:
    """The refusal of a request, with its lines, each with at most so many free times."""
    explanations = await explain(ctx, request, most)
    lines = [
        _line_conflict(index, explanation) for index, explanation in enumerate(explanations) if not explanation.bookable
    ]
    return full.with_conflicts(full.conflicts, lines)


@allow("read", "guest")
async def explain_to_visitor(ctx: Context, request: BookingRequest) -> list[LineExplanation]:
    """Why each line of a request can or can't be booked by the public, as `explain` finds it out. Of what is in the way
    there is as much as the caller may see: to guests the times alone. Raises what `explain` raises."""
    lines = await explain(ctx, msgspec.structs.replace(request, public=True))
    return [
        msgspec.structs.replace(line, options=tuple([await _option_as_seen(ctx, option) for option in line.options]))
        for line in lines
    ]


@allow("read", "customer", "guest", "practitioner")
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


async def _option_as_seen(ctx: Context, option: Option) -> Option:
    refusals = [await as_seen(ctx, refusal) if isinstance(refusal, Full) else refusal for refusal in option.refusals]
    return msgspec.structs.replace(option, refusals=tuple(refusals))


def _line_conflict(index: int, explanation: LineExplanation) -> LineConflict:
    ways = [way for option in explanation.options for way in _in_the_way(option)]
    nearest = map(_free_time, explanation.nearest)
    first = explanation.first_refusal
    return LineConflict(index, first.code if first else Full.code, tuple(dict.fromkeys(ways)), tuple(nearest))


def _free_time(near: NearTime) -> FreeTime:
    return FreeTime(near.span, near.resource.id if near.resource else None, near.session_id)


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
    if ctx.principal.resource_ids is not None:
        return ctx.principal.resource_ids
    if ctx.site_ids is None:
        return frozenset({None, *resource_ids})
    at_sites = await find_resources(ctx.db, ctx.account.id, list(resource_ids), ctx.site_ids)
    return frozenset({None, *(resource.id for resource in at_sites)})


def _narrowed(conflict: C, visible: Collection[int | None]) -> C:
    ways = tuple(
        way if way.resource_id in visible else InTheWay(way.span, line=way.line) for way in conflict.in_the_way
    )
    return msgspec.structs.replace(conflict, in_the_way=tuple(dict.fromkeys(ways)))
