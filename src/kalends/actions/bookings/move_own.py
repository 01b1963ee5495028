"""Customers move what they have booked themselves, by the link to it, to another time that the page offers."""

from collections.abc import Sequence
from datetime import timedelta

from kalends.actions.access import allow
from kalends.actions.accounts.booking_page import get_booking_page
from kalends.actions.bookings.agreed import list_agreed_extras, list_agreed_lengths, longest
from kalends.actions.bookings.book import preview
from kalends.actions.bookings.change_item import change_items
from kalends.actions.bookings.courses import list_courses
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.sessions import get_session
from kalends.actions.bookings.slots import slots
from kalends.actions.bookings.starts import check_start
from kalends.actions.context import Context, as_if_free
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.availability.starts import Lengths, StartsQuery
from kalends.engine.bookings.own import Movable, NewPlace, find_movable, is_request
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.bookings.visits import Visit
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.refusals import Full, IllegalTransition
from kalends.engine.time.span import Span

_MOMENT = timedelta(seconds=1)


@allow("book", "guest")
async def move_own(ctx: Context, booking_id: int, name: str, place: NewPlace) -> BookingWithItems:
    """Move what of a booking is known by a name, see `find_movable`, to where the public could book it; returns the
    booking. Who and what serves now is preferred if it is free then, and it takes as long as was agreed, see
    `list_agreed_lengths`. All of it is one change: the old times are kept until the new ones stand, and what it takes
    itself is not in its way. Where the account confirms each booking by hand, it awaits that again.

    Raises NotFound(booking), IllegalTransition if its customer may not move it (any more), Full if the place is not
    offered or taken meanwhile, and what `book` and `change_item` raise.
    """
    await retry_on_conflict(ctx, lambda attempt: _move(attempt, booking_id, name, place), Locks(bookings=[booking_id]))
    return await get_whole_booking(ctx, booking_id)


async def _move(ctx: Context, booking_id: int, name: str, place: NewPlace) -> None:
    booking = await get_whole_booking(ctx, booking_id)
    moved = find_movable(booking, await get_booking_page(ctx), ctx.now, name)
    if moved is None:
        raise IllegalTransition(state_at(booking.items[0].item, ctx.now), "move")
    looking = as_if_free(ctx, moved.items)
    if moved.items[0].session is None:
        patches = await _to_starts(looking, moved.visit, place)
    else:
        patches = await (_to_course if moved.is_course else _to_session)(looking, moved, place)
    as_requests = is_request(moved.items, ctx.account.policy)
    await change_items(ctx, list(zip(moved.items, patches, strict=True)), as_requests=as_requests)


async def _to_session(ctx: Context, moved: Movable, place: NewPlace) -> list[ItemPatch]:
    """The patch for a seat in another session of its service. Raises NotFound(session), Full if it is not offered, or
    is another date of the course of which it is one."""
    (seat,) = moved.items
    others = moved.sessions - {seat.item.session_id}
    if place.session_id is None or place.session_id in others or seat.item.service_id is None:
        raise Full("session", place.session_id)
    starts_at = (await get_session(ctx, place.session_id)).starts_at
    offered = await slots(ctx, seat.item.service_id, Span(starts_at, starts_at + _MOMENT), units=seat.item.units)
    if place.session_id not in {slot.session_id for slot in offered}:
        raise Full("session", place.session_id)
    return [ItemPatch(session_id=place.session_id)]


async def _to_course(ctx: Context, moved: Movable, place: NewPlace) -> list[ItemPatch]:
    """The patches for the seats of a course in another one, date by date. Raises Full if it is not offered."""
    first = moved.items[0].item
    for course in await list_courses(ctx, first.service_id or 0, first.units):
        if course.series == place.course and len(course.slots) == len(moved.items):
            return [ItemPatch(session_id=slot.session_id) for slot in course.slots]
    raise Full("session")


async def _to_starts(ctx: Context, visit: Visit, place: NewPlace) -> list[ItemPatch]:
    """The patches for the times of a visit, as if it were booked at these starts.

    Raises Full if they are not offered, and what `book` raises.
    """
    if len(place.starts) != len(visit.starts):
        raise Full("resource")
    lengths, add_ons = await list_agreed_lengths(ctx, visit), await list_agreed_extras(ctx, visit)
    await check_start(ctx, _query(visit, place, longest(lengths)), place.starts)
    booked = await preview(ctx, BookingRequest(lines=_lines(visit, place, lengths, add_ons), public=True))
    by_id = {view.item.id: view.item for view in booked.items}
    items = [by_id[outcome.item_id or 0] for outcome in booked.outcomes]
    return [
        ItemPatch(
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            resource_id=item.resource_id,
            also_resource_ids=item.also_resource_ids,
        )
        for item in items
    ]


def _query(visit: Visit, place: NewPlace, lengths: Lengths) -> StartsQuery:
    first, *then = visit.service_ids
    return StartsQuery(
        service_id=first or 0,
        window=Span(place.starts[0], place.starts[0]),
        resource_ids=None if place.resource_id is None else (place.resource_id,),
        site_id=place.site_id,
        units=visit.items[0].item.units,
        people=visit.people,
        then=tuple(service_id or 0 for service_id in then),
        lengths=lengths,
    )


def _lines(
    visit: Visit, place: NewPlace, lengths: Sequence[Lengths], add_ons: Sequence[LinkedAddOn]
) -> tuple[RequestedLine, ...]:
    return tuple(
        RequestedLine(
            service_id=view.item.service_id,
            resource_id=place.resource_id if start == place.starts[0] else None,
            preferred_ids=(view.item.resource_id or 0, *view.item.also_resource_ids),
            site_id=place.site_id,
            starts_at=start,
            ends_at=None if length is None else start + length,
            units=view.item.units,
            extras=tuple(extra for extra in view.item.extras if any(each.is_in(extra) for each in add_ons)),
        )
        for views, start, of_service in zip(visit.by_service, place.starts, lengths, strict=True)
        for view, length in zip(views, of_service, strict=True)
    )
