"""Links end when staff give to somebody else what they lead to."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_item, get_whole_booking
from kalends.actions.bookings.guest_links import create_booking_link, create_item_link
from kalends.actions.bookings.undo import undo_change
from kalends.actions.customers.merge import merge_customers
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.consent import consent_to
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import NotFound, Unauthenticated
from tests.acts import book_item, change, change_booking, with_fields
from tests.desk import DAY, HOUR, SOON, made, visit
from tests.people import DOOR, LIFETIME
from tests.world import World

SECOND = timedelta(seconds=1)


async def links(clinic: World, item: Item) -> tuple[str, str]:
    """Secrets for an item and for its booking."""
    until = clinic.now + LIFETIME
    return (
        await create_item_link(clinic.ctx(), DOOR, item.id, until),
        await create_booking_link(clinic.ctx(), DOOR, item.booking_id, until),
    )


async def valid(clinic: World, *secrets: str) -> list[bool]:
    return [await is_valid(clinic, secret) for secret in secrets]


async def is_valid(clinic: World, secret: str) -> bool:
    try:
        await authenticate_secret(clinic.db, clinic.now, DOOR, secret)
    except Unauthenticated:
        return False
    return True


async def by_item(clinic: World, item: Item, fields: Mapping[str, Any]) -> None:
    await change(clinic.ctx(), item.id, fields)


async def by_scope(clinic: World, item: Item, fields: Mapping[str, Any]) -> None:
    await change_item(clinic.ctx(), item.id, ItemPatch(**fields), scope="all")


async def by_booking(clinic: World, item: Item, fields: Mapping[str, Any]) -> None:
    await change_booking(clinic.ctx(), item.booking_id, fields)


@pytest.mark.parametrize("give", [by_item, by_scope, by_booking])
async def test_who_had_it_sees_it_no_more_and_who_has_it_does(clinic: World, give: Any) -> None:
    item = await made(clinic, visit(clinic))
    of_kari = await links(clinic, item)
    await give(clinic, item, {"title": "Massage"})
    assert await valid(clinic, *of_kari) == [True, True]
    await give(clinic, item, {"customer_id": clinic.ola})
    assert await valid(clinic, *of_kari, *await links(clinic, item)) == [False, False, True, True]


async def test_what_was_nobodys_keeps_its_links(clinic: World) -> None:
    item = await made(clinic, visit(clinic, customer_id=None))
    handed_out = await links(clinic, item)
    await change(clinic.ctx(), item.id, {"customer_id": clinic.kari})
    assert await valid(clinic, *handed_out) == [True, True]


async def test_a_double_that_is_merged_is_the_same_person(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    of_kari = await links(clinic, item)
    await merge_customers(clinic.ctx(), clinic.ola, clinic.kari, CustomerPatch())
    assert await valid(clinic, *of_kari) == [True, True]


async def test_who_brought_somebody_keeps_the_link_when_another_comes(clinic: World) -> None:
    item = await made(clinic, visit(clinic, customer_id=clinic.ola, booked_by_customer_id=clinic.kari))
    of_ola, of_kari = await links(clinic, item)
    await change(clinic.ctx(), item.id, {"customer": {"first_name": "Liv", "email": "liv@example.org"}})
    assert await valid(clinic, of_ola, of_kari) == [False, True]


async def test_a_slip_of_the_finger_ends_no_link(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    of_kari = await links(clinic, item)
    await change(clinic.ctx(), item.id, {"customer_id": clinic.ola})
    await undo_change(clinic.ctx(), item.id)
    assert (await get_item(clinic.ctx(), item.id)).item.customer_id == clinic.kari
    assert await valid(clinic, *of_kari) == [True, True]


@pytest.mark.parametrize("give", [by_item, by_scope, by_booking])
async def test_who_gets_it_has_agreed_to_nothing(clinic: World, give: Any) -> None:
    consent = consent_to(BookingPage(consent="You may call me.", consent_version=1), 1, clinic.now)
    item = (await book_item(clinic.ctx(), with_fields(visit(clinic), consent=consent))).item
    await give(clinic, item, {"title": "Massage"})
    assert (await get_whole_booking(clinic.ctx(), item.booking_id)).booking.consent == consent
    await give(clinic, item, {"customer_id": clinic.ola})
    assert (await get_whole_booking(clinic.ctx(), item.booking_id)).booking.consent is None


async def two_times(clinic: World) -> list[Item]:
    """Two times of Kari's in one booking."""
    lines = tuple(
        RequestedLine(resource_id=clinic.ada, starts_at=SOON + day * DAY, ends_at=SOON + day * DAY + HOUR)
        for day in (1, 2)
    )
    booked = await book(clinic.ctx(), BookingRequest(lines=lines, customer_id=clinic.kari))
    return [view.item for view in booked.items]


async def seen(clinic: World, secret: str) -> list[int]:
    """The ids of the items to which the link to a booking leads."""
    guest = await authenticate_secret(clinic.db, clinic.now, DOOR, secret)
    return [view.item.id for view in (await get_whole_booking(guest, guest.principal.booking_id or 0)).items]


async def test_who_had_two_times_sees_the_one_that_is_left(clinic: World) -> None:
    first, second = await two_times(clinic)
    of_first, of_kari = await links(clinic, first)
    await by_item(clinic, first, {"customer_id": clinic.ola})
    assert (await is_valid(clinic, of_first), await seen(clinic, of_kari)) == (False, [second.id])
    guest = await authenticate_secret(clinic.db, clinic.now, DOOR, of_kari)
    with pytest.raises(NotFound):
        await get_item(guest, first.id)
    with pytest.raises(NotFound):
        await change_item_state(guest, first.id, "cancel")
    await by_item(clinic, second, {"customer_id": clinic.ola})
    assert not await is_valid(clinic, of_kari)


async def test_only_who_lost_it_has_it_back(clinic: World) -> None:
    """Kari's goes to Ola, and from Ola to Liv, which is taken back."""
    first, second = await two_times(clinic)
    _, of_kari = await links(clinic, first)
    await by_item(clinic, first, {"customer_id": clinic.ola})
    later = clinic.ctx(clinic.now + SECOND)
    await change(later, first.id, {"customer": {"first_name": "Liv", "email": "liv@example.org"}})
    await undo_change(later, first.id)
    assert await seen(clinic, of_kari) == [second.id]


async def test_what_is_taken_back_is_seen_again(clinic: World) -> None:
    first, second = await two_times(clinic)
    _, of_kari = await links(clinic, first)
    await by_item(clinic, first, {"customer_id": clinic.ola})
    await undo_change(clinic.ctx(clinic.now + SECOND), first.id)
    assert await seen(clinic, of_kari) == [first.id, second.id]


async def test_who_gets_both_times_back_sees_the_whole_again(clinic: World) -> None:
    first, _ = await two_times(clinic)
    of_kari = await links(clinic, first)
    await by_scope(clinic, first, {"customer_id": clinic.ola})
    assert await valid(clinic, *of_kari) == [False, False]
    await undo_change(clinic.ctx(clinic.now + SECOND), first.id)
    assert await valid(clinic, *of_kari) == [True, True]


async def test_who_gets_one_of_two_times_back_sees_that_alone(clinic: World) -> None:
    first, second = await two_times(clinic)
    of_kari = await links(clinic, first)
    await by_scope(clinic, first, {"customer_id": clinic.ola})
    await by_item(clinic, second, {"title": "Neck"})
    await undo_change(clinic.ctx(clinic.now + SECOND), first.id)
    assert await valid(clinic, *of_kari) == [True, False]


@pytest.mark.parametrize("give", [by_item, by_scope, by_booking])
async def test_what_was_agreed_to_comes_back_with_who_agreed(clinic: World, give: Any) -> None:
    consent = consent_to(BookingPage(consent="You may call me.", consent_version=1), 1, clinic.now)
    item = (await book_item(clinic.ctx(), with_fields(visit(clinic), consent=consent))).item
    before = (await get_whole_booking(clinic.ctx(), item.booking_id)).booking
    await give(clinic, item, {"customer_id": clinic.ola})
    await undo_change(clinic.ctx(), item.id)
    after = (await get_whole_booking(clinic.ctx(), item.booking_id)).booking
    assert (after.customer_id, after.consent, after.revision) == (clinic.kari, consent, before.revision + 2)
