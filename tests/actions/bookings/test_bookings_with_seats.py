"""Bookings with their seats: whose they are, in which order, and what of them is seen."""

from datetime import timedelta
from typing import Any

import pytest

from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_booking import change_booking
from kalends.actions.bookings.change_state import change_booking_state, change_item_state
from kalends.actions.bookings.seats import get_booking_with_seats, list_bookings_with_seats
from kalends.actions.bookings.sessions import seats_taken
from kalends.actions.bookings.statuses import add_standard_statuses
from kalends.actions.catalog.services import change_service
from kalends.engine.bookings.patch import BookingPatch
from kalends.engine.bookings.request import Booked, BookingRequest, RequestedLine
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.query import Filter, OffsetPage, Query, Sort
from kalends.engine.refusals import Full, Invalid, NotFound
from tests.desk import DAY, broken, made, visit
from tests.people import as_customer
from tests.world import World, at_sites


async def booked(clinic: World, *lines: RequestedLine, **fields: Any) -> Booked:
    return await book(clinic.ctx(), BookingRequest(lines=lines, **{"customer_id": clinic.kari, **fields}))


def listing(*filters: Filter, order: tuple[Sort, ...] = (), limit: int = 100, offset: int = 0) -> Query:
    return Query(OffsetPage(limit, offset), filters, order)


async def listed(clinic: World, query: Query | None = None, **at: Any) -> list[int]:
    page = await list_bookings_with_seats(clinic.ctx(**at), query or listing())
    return [booking.booking.id for booking in page.rows]


async def test_bookings_with_seats_are_listed_without_appointments(clinic: World) -> None:
    yoga = await clinic.class_of(seats=5)
    await change_service(clinic.ctx(), clinic.yoga, ServicePatch(most_units=2))
    await made(clinic, visit(clinic))
    first = await booked(clinic, RequestedLine(session_id=yoga, units=2), RequestedLine(session_id=yoga))
    (booking,) = (await list_bookings_with_seats(clinic.ctx(), listing())).rows
    assert booking.booking == first.booking
    assert [seat.view.item.units for seat in booking.seats] == [2, 1]
    (bare,) = (await list_bookings_with_seats(clinic.ctx(), listing(), with_seats=False)).rows
    assert (bare.seats, bare.state, bare.changed_at) == ((), "confirmed", clinic.now)


async def test_what_is_deleted_is_got_but_not_listed(clinic: World) -> None:
    first = await booked(clinic, RequestedLine(session_id=await clinic.class_of(seats=1)))
    await change_booking_state(clinic.ctx(), first.booking.uid, "remove")
    assert await listed(clinic) == []
    deleted = await get_booking_with_seats(clinic.ctx(), first.booking.id)
    assert (deleted.state, len(deleted.seats)) == ("deleted", 1)


async def test_pages_count_all(clinic: World) -> None:
    yoga = await clinic.class_of(seats=9)
    ids = [(await booked(clinic, RequestedLine(session_id=yoga))).booking.id for _ in range(5)]
    page = await list_bookings_with_seats(clinic.ctx(), listing(limit=2, offset=1))
    assert ([booking.booking.id for booking in page.rows], page.total) == (ids[1:3], 5)
    beyond = await list_bookings_with_seats(clinic.ctx(), listing(limit=2, offset=7))
    assert (beyond.rows, beyond.total) == ([], 5)


async def test_lists_are_sorted_by_any_field(clinic: World) -> None:
    yoga = await clinic.class_of(seats=9)
    await add_standard_statuses(clinic.ctx())
    kari = await booked(clinic, RequestedLine(session_id=yoga), details={"a": {"data": "x"}})
    ola = await booked(clinic, RequestedLine(session_id=yoga), RequestedLine(session_id=yoga), customer_id=clinic.ola)
    await change_item_state(clinic.ctx(clinic.now + DAY / 2), kari.items[0].item.id, "cancel")
    ids = [kari.booking.id, ola.booking.id]
    for field in ("id", "customer_id", "seats", "created_at"):
        assert await listed(clinic, listing(order=(Sort(field),))) == ids
        assert await listed(clinic, listing(order=(Sort(field, descending=True),))) in (ids[::-1], ids)
    for field in ("changed_at", "is_over"):
        assert await listed(clinic, listing(order=(Sort(field),))) == ids[::-1]
    assert sorted(await listed(clinic, listing(order=(Sort("booking_status_id"), Sort("details.a.data"))))) == ids
    with pytest.raises(Invalid):
        await listed(clinic, listing(order=(Sort("secret"),)))


async def test_lists_are_filtered_by_customer_and_by_the_status_that_is_shown(clinic: World) -> None:
    names = {status.name: status.id for status in await add_standard_statuses(clinic.ctx())}
    yoga = await clinic.class_of(seats=9)
    kari = await booked(clinic, RequestedLine(session_id=yoga))
    ola = await booked(clinic, RequestedLine(session_id=yoga), customer_id=clinic.ola)
    await change_item_state(clinic.ctx(), ola.items[0].item.id, "cancel")
    assert await listed(clinic, listing(Filter("customer_id", "equal", clinic.ola))) == [ola.booking.id]
    for wanted, found in ((["Confirmed"], [kari]), (["Cancelled"], [ola]), (["Confirmed", "Cancelled"], [kari, ola])):
        by_status = Filter("booking_status_id", "in", [names[name] for name in wanted])
        assert await listed(clinic, listing(by_status)) == [each.booking.id for each in found]
        page = await list_bookings_with_seats(clinic.ctx(), listing(by_status, limit=1))
        assert page.total == len(found)


async def test_a_hold_that_is_over_occupies_nothing_before_anybody_writes_it_down(clinic: World) -> None:
    yoga = await clinic.class_of(seats=1, starts_at=clinic.now + 9 * DAY)
    line = RequestedLine(session_id=yoga, expires_at=clinic.now + timedelta(minutes=5))
    held = await booked(clinic, line, initiate=False, state="awaiting_confirmation")
    await clinic.db.execute(
        "update item set expires_at = $1 where booking_id = $2", clinic.now + timedelta(minutes=5), held.booking.id
    )
    later = clinic.ctx(clinic.now + DAY)
    assert (await get_booking_with_seats(clinic.ctx(), held.booking.id)).state == "awaiting_confirmation"
    assert (await get_booking_with_seats(later, held.booking.id)).state == "cancelled"


async def test_customers_see_what_is_for_them_or_booked_by_them(clinic: World) -> None:
    yoga = await clinic.class_of(seats=9)
    own = await booked(clinic, RequestedLine(session_id=yoga), RequestedLine(session_id=yoga, customer_id=clinic.ola))
    assert [view.item.booked_by_customer_id for view in own.items] == [None, clinic.kari]
    page = await list_bookings_with_seats(as_customer(clinic, clinic.ola), listing())
    assert [[seat.view.item.customer_id for seat in booking.seats] for booking in page.rows] == [[clinic.ola]]
    kari = await get_booking_with_seats(as_customer(clinic, clinic.kari), own.booking.id)
    assert len(kari.seats) == 2
    only_kari = await booked(clinic, RequestedLine(session_id=yoga))
    with pytest.raises(NotFound):
        await get_booking_with_seats(as_customer(clinic, clinic.ola), only_kari.booking.id)
    assert await broken(clinic) == []


async def test_a_customer_who_only_has_a_seat_is_not_told_who_booked_it_and_why(clinic: World) -> None:
    yoga = await clinic.class_of(seats=9)
    lines = RequestedLine(session_id=yoga), RequestedLine(session_id=yoga, customer_id=clinic.ola)
    booking_id = (await booked(clinic, *lines, title="A gift", details={"a": {"data": "secret"}})).booking.id
    ola, kari = as_customer(clinic, clinic.ola), as_customer(clinic, clinic.kari)
    (listed_,) = (await list_bookings_with_seats(ola, listing(), with_seats=False)).rows
    for row in (listed_, await get_booking_with_seats(ola, booking_id)):
        assert (row.booking.customer_id, row.booking.title, row.booking.details) == (None, "", {})
    of_kari = listing(Filter("customer_id", "equal", clinic.kari))
    with pytest.raises(NotFound, match="customer"):
        await list_bookings_with_seats(ola, of_kari)
    (own,) = (await list_bookings_with_seats(kari, of_kari)).rows
    assert (own.booking.title, own.booking.details) == ("A gift", {"a": {"data": "secret"}})


async def test_who_is_limited_to_sites_sees_the_seats_there_and_those_at_none(clinic: World) -> None:
    in_hall, anywhere = await clinic.class_with((clinic.hall,), starts_at=clinic.now + DAY), await clinic.class_of(9)
    hall = await booked(clinic, RequestedLine(session_id=in_hall))
    nowhere = await booked(clinic, RequestedLine(session_id=anywhere))
    elsewhere = at_sites(clinic.ctx(), frozenset({clinic.site + 1}))
    page = await list_bookings_with_seats(elsewhere, listing())
    assert [booking.booking.id for booking in page.rows] == [nowhere.booking.id]
    with pytest.raises(NotFound):
        await get_booking_with_seats(elsewhere, hall.booking.id)


async def test_seats_of_one_session_are_counted_together(clinic: World) -> None:
    yoga, other = await clinic.class_of(seats=3), await clinic.class_of(seats=3)
    await change_service(clinic.ctx(), clinic.yoga, ServicePatch(most_units=2))
    lines = (RequestedLine(session_id=yoga, units=2), RequestedLine(session_id=other), RequestedLine(session_id=yoga))
    await booked(clinic, *lines)
    again = (RequestedLine(session_id=other), RequestedLine(session_id=other), RequestedLine(session_id=other))
    with pytest.raises(Full) as refused:
        await booked(clinic, *again)
    assert (refused.value.what, refused.value.which) == ("session", other)
    assert await seats_taken(clinic.ctx(), [other]) == {other: 1}


async def test_a_booking_of_seats_without_a_room_is_changed_as_a_whole(clinic: World) -> None:
    yoga = await clinic.class_of(seats=3)
    first = await booked(clinic, RequestedLine(session_id=yoga), RequestedLine(session_id=yoga, customer_id=clinic.ola))
    patch = BookingPatch(customer_id=None, details={"a": {"data": "x"}})
    changed = await change_booking(clinic.ctx(), first.booking.id, patch)
    assert (changed.booking.customer_id, changed.booking.details) == (None, {"a": {"data": "x"}})
    assert [view.item.customer_id for view in changed.items] == [None, clinic.ola]


async def test_a_single_seat_for_a_customer_makes_a_booking_of_theirs(clinic: World) -> None:
    line = RequestedLine(session_id=await clinic.class_of(seats=3), customer_id=clinic.ola)
    assert (await booked(clinic, line, customer_id=None)).booking.customer_id == clinic.ola
    by_kari = await booked(clinic, line)
    assert (by_kari.booking.customer_id, by_kari.items[0].customer is not None) == (clinic.kari, True)
    assert await broken(clinic) == []
