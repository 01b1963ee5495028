"""Customers see and book only their own, guests only what their link is about, and both by the rules for the public."""

from collections.abc import Awaitable
from typing import Any

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_item, list_items
from kalends.actions.customers.change import block_customer
from kalends.actions.customers.find import get_customer
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.refusals import Barred, Forbidden, IllegalTransition, NotFound, TooSoon, WrongCode
from kalends.store.db import Db
from tests.acts import book_item, book_whole, request, whole
from tests.desk import HOUR, SOON, counted, hour_of, made, mornings, visit
from tests.people import as_customer, as_guest
from tests.world import World, open_clinic

EVERYTHING = ItemQuery(listing="all")


async def not_there(act: Awaitable[object], what: str = "item") -> None:
    with pytest.raises(NotFound) as refused:
        await act
    assert refused.value.what == what


async def test_customers_see_their_own_items(clinic: World) -> None:
    mine = await made(clinic, visit(clinic))
    for_ola = await made(clinic, visit(clinic, resource_id=clinic.bo, customer_id=clinic.ola))
    kari = as_customer(clinic, clinic.kari)
    assert (await get_item(kari, mine.id)).item == mine
    await not_there(get_item(kari, for_ola.id))
    page = await list_items(kari, EVERYTHING)
    assert ([view.item for view in page.rows], page.total) == ([mine], 1)


async def test_what_they_booked_for_somebody_else_is_their_own(clinic: World) -> None:
    for_ola = await made(clinic, visit(clinic, customer_id=clinic.ola, booked_by_customer_id=clinic.kari))
    kari = as_customer(clinic, clinic.kari)
    assert (await get_item(kari, for_ola.id)).item == for_ola
    assert [view.item for view in (await list_items(kari, EVERYTHING)).rows] == [for_ola]


async def test_a_block_is_nobodys(clinic: World) -> None:
    block = await made(clinic, hour_of(clinic.ada))
    await not_there(get_item(as_customer(clinic, clinic.kari), block.id))


async def test_to_ask_for_somebody_elses_items_finds_none(clinic: World) -> None:
    await made(clinic, visit(clinic, customer_id=clinic.ola))
    page = await list_items(as_customer(clinic, clinic.kari), ItemQuery(listing="all", customer_ids=(clinic.ola,)))
    assert (page.rows, page.total) == ([], 0)


async def test_customers_know_only_themselves(clinic: World) -> None:
    kari = as_customer(clinic, clinic.kari)
    assert (await get_customer(kari, clinic.kari)).first_name == "Kari"
    await not_there(get_customer(kari, clinic.ola), "customer")


@pytest.mark.parametrize("named", [True, False])
async def test_customers_book_for_themselves(clinic: World, named: bool) -> None:
    asked = visit(clinic, customer_id=clinic.kari if named else None)
    view = await book_item(as_customer(clinic, clinic.kari), asked)
    assert (view.item.customer_id, view.item.created_by) == (clinic.kari, f"customer:{clinic.kari}")


async def test_nobody_books_for_another_customer(clinic: World) -> None:
    before = await counted(clinic)
    await not_there(book_item(as_customer(clinic, clinic.kari), visit(clinic, customer_id=clinic.ola)), "customer")
    assert await counted(clinic) == before


@pytest.mark.parametrize(
    "said",
    [
        {"overlap_allowed": True},
        {"paid_amount": 1},
        {"status": "completed"},
        {"customer": {"email": "x@example.org"}},
        {"expires_at": SOON},
        {"verification_code": "1"},
        {"booked_by_customer_id": 1},
        {"external_id": "7"},
    ],
)
async def test_what_is_the_staffs_to_say_is_forbidden(clinic: World, said: dict[str, Any]) -> None:
    before = await counted(clinic)
    with pytest.raises(Forbidden):
        await book_item(as_customer(clinic, clinic.kari), visit(clinic, **said))
    assert await counted(clinic) == before


async def test_the_rules_for_the_public_bind_customers(clinic: World) -> None:
    past = visit(clinic, starts_at=clinic.now - HOUR)
    with pytest.raises(TooSoon):
        await book_item(as_customer(clinic, clinic.kari), past)
    await made(clinic, past)


async def test_customers_cancel_but_do_not_confirm(clinic: World) -> None:
    mine = await made(clinic, visit(clinic))
    kari = as_customer(clinic, clinic.kari)
    for verb in ("confirm", "decline", "remove"):
        with pytest.raises(Forbidden):
            await change_item_state(kari, mine.id, verb)
    assert (await change_item_state(kari, mine.id, "cancel")).item.state == "cancelled"


async def test_a_customer_verifies_with_the_code_and_a_guest_by_the_link(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    kari = as_customer(clinic, clinic.kari)
    first = (await book_item(kari, visit(clinic))).item
    second = (await book_item(kari, visit(clinic, starts_at=SOON + HOUR))).item
    assert (first.state, second.state) == ("awaiting_verification", "awaiting_verification")
    with pytest.raises(WrongCode):
        await change_item_state(kari, first.id, "verify")
    assert (await change_item_state(kari, first.id, "verify", code=first.verification_code)).item.state == "confirmed"
    assert (await change_item_state(await as_guest(clinic, second), second.id, "verify")).item.state == "confirmed"


async def test_a_customer_cancels_nobody_elses(clinic: World) -> None:
    mine = await made(clinic, visit(clinic))
    await not_there(change_item_state(as_customer(clinic, clinic.ola), mine.id, "cancel"))
    assert (await get_item(clinic.ctx(), mine.id)).item == mine


async def test_a_guest_sees_one_item(clinic: World) -> None:
    mine = await made(clinic, visit(clinic))
    other = await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    guest = await as_guest(clinic, mine)
    assert (await get_item(guest, mine.id)).item == mine
    await not_there(get_item(guest, other.id))
    await not_there(change_item_state(guest, other.id, "cancel"))
    with pytest.raises(Forbidden):
        await book_item(guest, visit(clinic, starts_at=SOON + 2 * HOUR))
    cancelled = (await change_item_state(guest, mine.id, "cancel")).item
    assert (cancelled.state, cancelled.updated_by) == ("cancelled", guest.actor)
    assert guest.actor.startswith("guest:")


async def test_a_link_to_a_booking_opens_all_its_items(clinic: World) -> None:
    order = whole(resources=(RequestedResource(clinic.left),), times=mornings(2), customer_id=clinic.kari)
    ordered = await book_whole(clinic.ctx(), order)
    items = [entry.item for entry in ordered.items]
    guest = await as_guest(clinic, items[0], whole_booking=True)
    assert [(await get_item(guest, item.id)).item.id for item in items] == [item.id for item in items]
    await not_there(get_item(guest, (await made(clinic, visit(clinic))).id))


async def test_a_blocked_customer_sees_but_does_not_book(clinic: World) -> None:
    mine = await made(clinic, visit(clinic))
    await block_customer(clinic.ctx(), clinic.kari)
    kari = as_customer(clinic, clinic.kari)
    assert (await get_item(kari, mine.id)).item == mine
    with pytest.raises(Barred):
        await book_item(kari, request(service_id=clinic.massage, starts_at=SOON + HOUR))


async def test_to_cancel_twice_is_refused_as_by_the_staff(clinic: World) -> None:
    mine = await made(clinic, visit(clinic))
    guest = await as_guest(clinic, mine)
    await change_item_state(guest, mine.id, "cancel")
    with pytest.raises(IllegalTransition):
        await change_item_state(guest, mine.id, "cancel")
