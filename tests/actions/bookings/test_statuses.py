"""What an account calls the states of its bookings: described, set, shown."""

from typing import Any

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.seats import get_booking_with_seats
from kalends.actions.bookings.statuses import (
    add_standard_statuses,
    add_status,
    book_with_status,
    change_booking_with_status,
    change_status,
    list_statuses,
)
from kalends.engine.bookings.booking_status import BookingStatusPatch
from kalends.engine.bookings.patch import BookingPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.refusals import Duplicate, Fault, Full, Invalid, NotFound, Retired
from tests.desk import broken, told
from tests.people import as_customer
from tests.world import World, open_clinic


async def seats(clinic: World, *sessions: int, **fields: Any) -> BookingRequest:
    lines = tuple(RequestedLine(session_id=session) for session in sessions)
    return BookingRequest(lines=lines, **{"customer_id": clinic.kari, **fields})


async def ids_by_name(clinic: World) -> dict[str, int]:
    return {status.name: status.id for status in await add_standard_statuses(clinic.ctx())}


async def shown(clinic: World, booking_id: int) -> tuple[str, int | None, list[int | None]]:
    booking = await get_booking_with_seats(clinic.ctx(), booking_id)
    return booking.state, booking.status_id, [seat.status_id for seat in booking.seats]


async def test_there_is_one_default(clinic: World) -> None:
    names = await ids_by_name(clinic)
    assert await add_standard_statuses(clinic.ctx()) == await list_statuses(clinic.ctx())
    deposit = await add_status(clinic.ctx(), BookingStatusPatch(name="Deposit paid", is_default=True, position=9))
    assert [status.name for status in await list_statuses(clinic.ctx()) if status.is_default] == ["Deposit paid"]
    await change_status(clinic.ctx(), names["Pending"], BookingStatusPatch(is_default=True))
    assert [status.name for status in await list_statuses(clinic.ctx()) if status.is_default] == ["Pending"]
    assert [verb for verb, _, _ in await told(clinic, "booking_status", deposit.id)] == ["add", "change"]


async def test_a_name_is_one_statuss(clinic: World) -> None:
    await add_standard_statuses(clinic.ctx())
    with pytest.raises(Duplicate):
        await add_status(clinic.ctx(), BookingStatusPatch(name="Pending"))
    with pytest.raises(NotFound):
        await change_status(clinic.ctx(), 0, BookingStatusPatch(name="Pending"))


async def test_bookings_are_in_the_state_of_their_status(clinic: World) -> None:
    names, yoga = await ids_by_name(clinic), await clinic.class_of(seats=1)
    pending = await book_with_status(clinic.ctx(), await seats(clinic, yoga, booking_status_id=names["Pending"]))
    assert [view.item.state for view in pending.items] == ["awaiting_confirmation"]
    with pytest.raises(Full):
        await book_with_status(clinic.ctx(), await seats(clinic, yoga))
    cancelled = await book_with_status(clinic.ctx(), await seats(clinic, yoga, booking_status_id=names["Cancelled"]))
    assert await shown(clinic, cancelled.booking.id) == ("cancelled", names["Cancelled"], [names["Cancelled"]])
    assert await broken(clinic) == []


async def test_a_booking_goes_from_any_status_to_any(clinic: World) -> None:
    names, yoga = await ids_by_name(clinic), await clinic.class_of(seats=2)
    booked = await book_with_status(clinic.ctx(), await seats(clinic, yoga, yoga))
    for name in ("Pending", "Cancelled", "Pending", "Confirmed", "Cancelled", "Confirmed"):
        patch = BookingPatch(booking_status_id=names[name])
        await change_booking_with_status(clinic.ctx(), booked.booking.id, patch)
        assert (await shown(clinic, booked.booking.id))[1:] == (names[name], 2 * [names[name]])
    assert await broken(clinic) == []


async def test_a_seat_that_was_freed_and_given_away_is_not_had_back(clinic: World) -> None:
    names, yoga = await ids_by_name(clinic), await clinic.class_of(seats=1)
    first = await book_with_status(clinic.ctx(), await seats(clinic, yoga))
    cancelled = BookingPatch(booking_status_id=names["Cancelled"])
    await change_booking_with_status(clinic.ctx(), first.booking.id, cancelled)
    await book_with_status(clinic.ctx(), await seats(clinic, yoga, customer_id=clinic.ola))
    with pytest.raises(Full):
        await change_booking_with_status(clinic.ctx(), first.booking.id, BookingPatch(booking_status_id=None))
    assert (await shown(clinic, first.booking.id))[:2] == ("cancelled", names["Cancelled"])


async def test_the_last_word_on_what_is_active_is_the_engines(clinic: World) -> None:
    names, yoga = await ids_by_name(clinic), await clinic.class_of(seats=2)
    deposit = await add_status(clinic.ctx(), BookingStatusPatch(name="Deposit paid"))
    booked = await book_with_status(clinic.ctx(), await seats(clinic, yoga, yoga, booking_status_id=deposit.id))
    first, second = (view.item.id for view in booked.items)
    await change_item_state(clinic.ctx(), first, "cancel")
    assert await shown(clinic, booked.booking.id) == ("confirmed", deposit.id, [names["Cancelled"], deposit.id])
    await change_item_state(clinic.ctx(), second, "cancel")
    assert await shown(clinic, booked.booking.id) == ("cancelled", names["Cancelled"], 2 * [names["Cancelled"]])


async def test_customers_can_not_confirm_themselves(clinic: World) -> None:
    names, yoga = await ids_by_name(clinic), await clinic.class_of(seats=5)
    kari = as_customer(clinic, clinic.kari)
    with pytest.raises(Invalid) as refused:
        await book_with_status(kari, await seats(clinic, yoga, booking_status_id=names["Pending"]))
    assert refused.value.faults == (Fault("booking_status_id", "not_included"),)
    await change_status(clinic.ctx(), names["Pending"], BookingStatusPatch(is_default=True))
    booked = await book_with_status(kari, await seats(clinic, yoga))
    assert await shown(clinic, booked.booking.id) == ("awaiting_confirmation", names["Pending"], [names["Pending"]])
    with pytest.raises(NotFound):
        await book_with_status(kari, await seats(clinic, yoga, customer_id=clinic.ola))


async def test_a_status_that_is_out_of_use_is_not_set(clinic: World) -> None:
    names, yoga = await ids_by_name(clinic), await clinic.class_of(seats=5)
    await change_status(clinic.ctx(), names["Pending"], BookingStatusPatch(active=False))
    with pytest.raises(Retired):
        await book_with_status(clinic.ctx(), await seats(clinic, yoga, booking_status_id=names["Pending"]))


async def test_a_status_of_others_is_not_found(clinic: World) -> None:
    theirs, yoga = await ids_by_name(await open_clinic(clinic.db)), await clinic.class_of(seats=5)
    with pytest.raises(NotFound):
        await book_with_status(clinic.ctx(), await seats(clinic, yoga, booking_status_id=theirs["Pending"]))


async def test_an_account_without_statuses_books_all_the_same(clinic: World) -> None:
    booked = await book_with_status(clinic.ctx(), await seats(clinic, await clinic.class_of(seats=5)))
    assert await shown(clinic, booked.booking.id) == ("confirmed", None, [None])
