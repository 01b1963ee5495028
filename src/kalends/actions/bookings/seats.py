"""Reads bookings with their seats in group sessions: one, or lists that are filtered and sorted."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.access import allow, check_own_customer
from kalends.actions.context import Context
from kalends.engine.bookings.booking_status import BY_PROMINENCE, BookingStatus, status_of, usual_status
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithSeats, ItemView, Seat
from kalends.engine.query import Page, Query
from kalends.engine.refusals import NotFound
from kalends.store.bookings import seats
from kalends.store.bookings.items import find_views
from kalends.store.bookings.seats import FoundBooking, SeatScope
from kalends.store.bookings.statuses import find_statuses


@allow("read", "customer")
async def get_booking_with_seats(ctx: Context, booking_id: int) -> BookingWithSeats:
    """A booking with those of its seats that the caller may see; if all are deleted, with these.

    Raises NotFound(booking), also if there is no such seat.
    """
    statuses = await find_statuses(ctx.db, ctx.account.id)
    booking = await seats.find_booking_with_seats(ctx.db, _scope(ctx, statuses), booking_id)
    if booking is None:
        raise NotFound("booking", booking_id)
    return (await _with_seats(ctx, [booking], statuses))[0]


@allow("read", "customer")
async def list_bookings_with_seats(ctx: Context, query: Query, with_seats: bool = True) -> Page[BookingWithSeats]:
    """A page of the bookings of which the caller may see a seat that is not deleted; `with_seats`: and these seats.

    Fields of the query: id, customer_id, seats (their number), booking_status_id (the one to show), details.DOOR.NAME,
    created_at, changed_at, is_over. Raises Invalid(FIELD: unsupported, invalid), and NotFound(customer) if a customer
    asks for the bookings of another one.
    """
    for condition in query.filters:
        if condition.field == "customer_id":
            check_own_customer(ctx, condition.value)
    statuses = await find_statuses(ctx.db, ctx.account.id)
    bookings, total = await seats.list_bookings_with_seats(ctx.db, _scope(ctx, statuses), query)
    if with_seats:
        return Page(await _with_seats(ctx, bookings, statuses), total)
    return Page([_booking(ctx, booking, ()) for booking in bookings], total)


def _scope(ctx: Context, statuses: Sequence[BookingStatus]) -> SeatScope:
    usual = (usual_status(statuses, state) for state in BY_PROMINENCE)
    return SeatScope(
        ctx.account.id,
        ctx.now,
        ctx.site_ids,
        ctx.principal.customer_id,
        [status.id if status else None for status in usual],
    )


async def _with_seats(
    ctx: Context, bookings: Sequence[FoundBooking], statuses: Sequence[BookingStatus]
) -> list[BookingWithSeats]:
    seat_ids = [seat_id for booking in bookings for seat_id in booking.seat_ids]
    views: Mapping[int, ItemView] = {view.item.id: view for view in await find_views(ctx.db, ctx.account.id, seat_ids)}
    return [
        _booking(
            ctx, booking, [_seat(ctx, views[seat_id], statuses) for seat_id in booking.seat_ids if seat_id in views]
        )
        for booking in bookings
    ]


def _booking(ctx: Context, found: FoundBooking, seats_: Sequence[Seat]) -> BookingWithSeats:
    """A customer who only has a seat in the booking is not told who booked it, nor what they said of it."""
    booking, own_id = found.booking, ctx.principal.customer_id
    if own_id not in (None, booking.customer_id):
        booking = msgspec.structs.replace(booking, customer_id=None, title="", comments="", details={})
    return BookingWithSeats(booking, found.state, found.status_id, found.changed_at, tuple(seats_))


def _seat(ctx: Context, view: ItemView, statuses: Sequence[BookingStatus]) -> Seat:
    status = status_of(statuses, view.item.booking_status_id, state_at(view.item, ctx.now))
    return Seat(view, status.id if status else None)
