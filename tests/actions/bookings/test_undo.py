"""What somebody has just done to an item is taken back: its time, resource and state are as before."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from kalends.actions.accounts.logins import set_customer_login
from kalends.actions.bookings.appointments import book_appointments
from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.undo import find_undoable, undo_change
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.cases import add_case
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.find import get_customer
from kalends.actions.messages.waiting import withdraw_message
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import MessageOverrides
from kalends.engine.customers.case import CasePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Full, Outdated
from kalends.engine.time.repeat_rule import RepeatRule
from tests.acts import change
from tests.desk import DAY, HOUR, MINUTE, SOON, claims, made, sent, visit
from tests.people import PASSWORD
from tests.world import World


def later(clinic: World, seconds: int) -> Context:
    return clinic.ctx(clinic.now + seconds * MINUTE / 60)


async def now(clinic: World, item: Item) -> Item:
    return (await get_item(clinic.ctx(), item.id)).item


async def test_a_move_is_taken_back_with_its_time_and_resource(clinic: World) -> None:
    item = await made(clinic, visit(clinic, resource_id=clinic.ada))
    taken = await claims(clinic, item)
    await change(clinic.ctx(), item.id, {"starts_at": SOON + HOUR, "resource_id": clinic.bo})
    undoable = await find_undoable(later(clinic, 20), item.id)
    assert undoable is not None
    assert undoable.what == "moved"
    restored = (await undo_change(later(clinic, 20), item.id)).item
    assert (restored.starts_at, restored.ends_at, restored.resource_id) == (SOON, SOON + HOUR, clinic.ada)
    assert await claims(clinic, item) == taken


async def test_what_was_cancelled_takes_its_time_again(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    taken = await claims(clinic, item)
    await change_item_state(clinic.ctx(), item.id, "cancel")
    assert await claims(clinic, item) == []
    await undo_change(clinic.ctx(), item.id)
    assert ((await now(clinic, item)).state, (await now(clinic, item)).cancelled_at) == ("confirmed", None)
    assert await claims(clinic, item) == taken


@pytest.mark.parametrize("status", ["checked_in", "no_show"])
async def test_a_mark_of_attendance_is_taken_back(clinic: World, status: str) -> None:
    item = await made(clinic, visit(clinic))
    await set_status(clinic.ctx(), item.id, status)
    undoable = await find_undoable(clinic.ctx(), item.id)
    assert undoable is not None
    assert undoable.what == status
    await undo_change(clinic.ctx(), item.id)
    assert (await now(clinic, item)).status is None


async def test_a_confirmation_is_a_request_again(clinic: World) -> None:
    item = await made(clinic, visit(clinic, state="awaiting_confirmation"))
    await change_item_state(clinic.ctx(), item.id, "confirm")
    await undo_change(clinic.ctx(), item.id)
    assert (await now(clinic, item)).state == "awaiting_confirmation"


async def test_only_ones_own_last_change_and_only_for_a_while(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await set_status(clinic.ctx(), item.id, "checked_in")
    assert await find_undoable(later(clinic, 31), item.id) is None
    other = clinic.ctx()
    other = msgspec.structs.replace(other, principal=msgspec.structs.replace(other.principal, kind="user", id=7))
    for ctx in (later(clinic, 31), other):
        with pytest.raises(Outdated):
            await undo_change(ctx, item.id)
    assert (await now(clinic, item)).status == "checked_in"


async def test_a_time_that_somebody_else_has_taken_meanwhile_stays_theirs(clinic: World) -> None:
    item = await made(clinic, visit(clinic, resource_id=clinic.ada))
    await change(clinic.ctx(), item.id, {"starts_at": SOON + 2 * HOUR})
    await made(clinic, visit(clinic, resource_id=clinic.ada, customer_id=clinic.ola))
    with pytest.raises(Full):
        await undo_change(clinic.ctx(), item.id)
    assert (await now(clinic, item)).starts_at == SOON + 2 * HOUR


async def test_what_was_just_made_is_removed_with_all_of_its_times(clinic: World) -> None:
    repeats = RepeatRule("week", 1, 2)
    booked = await book_appointments(clinic.ctx(), visit(clinic), repeats)
    items = [view.item for view in booked.items]
    undoable = await find_undoable(later(clinic, 20), items[1].id)
    assert undoable is not None
    assert undoable.what == "booked"
    await undo_change(later(clinic, 20), items[1].id)
    assert [(await now(clinic, item)).state for item in items] == ["deleted"] * 3
    assert [await claims(clinic, item) for item in items] == [[]] * 3


async def three(clinic: World) -> list[Item]:
    """Three of Kari's visits of one booking, a week apart."""
    booked = await book_appointments(clinic.ctx(), visit(clinic), RepeatRule("week", 1, 2))
    return [view.item for view in booked.items]


async def test_what_was_done_to_several_is_taken_back_for_all_of_them(clinic: World) -> None:
    items = await three(clinic)
    taken = [await claims(clinic, item) for item in items]
    by_an_hour = ItemPatch(starts_at=items[1].starts_at + HOUR)
    await change_item(later(clinic, 40), items[1].id, by_an_hour, scope="following")
    undoable = await find_undoable(later(clinic, 41), items[2].id)
    assert undoable is not None
    assert (undoable.what, undoable.count) == ("moved", 2)
    await undo_change(later(clinic, 42), items[2].id)
    assert [(await now(clinic, item)).starts_at for item in items] == [item.starts_at for item in items]
    await cancel_item(later(clinic, 50), items[0].id, Cancellation(and_later=True))
    assert [(await now(clinic, item)).state for item in items] == ["cancelled"] * 3
    await undo_change(later(clinic, 51), items[1].id)
    assert [(await now(clinic, item)).state for item in items] == ["confirmed"] * 3
    assert [await claims(clinic, item) for item in items] == taken


async def test_what_was_changed_again_since_stays_as_it_is(clinic: World) -> None:
    items = await three(clinic)
    by_an_hour = ItemPatch(starts_at=items[0].starts_at + HOUR)
    await change_item(later(clinic, 40), items[0].id, by_an_hour, scope="all")
    await set_status(later(clinic, 41), items[1].id, "checked_in")
    await undo_change(later(clinic, 42), items[0].id)
    moved = [(await now(clinic, item)).starts_at != item.starts_at for item in items]
    assert moved == [False, True, False]


async def test_if_one_of_several_can_not_be_had_again_none_is_taken_back(clinic: World) -> None:
    items = await three(clinic)
    await cancel_item(later(clinic, 40), items[0].id, Cancellation(and_later=True))
    assert items[2].resource_id is not None
    olas = visit(clinic, customer_id=clinic.ola, starts_at=items[2].starts_at, resource_id=items[2].resource_id)
    await made(clinic, olas)
    with pytest.raises(Full):
        await undo_change(later(clinic, 42), items[0].id)
    assert [(await now(clinic, item)).state for item in items] == ["cancelled"] * 3


LIV = {"first_name": "Liv", "email": "liv@example.org"}


async def with_liv(clinic: World, **fields: Any) -> Item:
    """A visit of Liv, who was no customer before."""
    return await made(clinic, visit(clinic, customer_id=None, customer=LIV, **fields))


async def is_there(clinic: World, item: Item) -> bool:
    assert item.customer_id is not None
    return (await get_customer(clinic.ctx(), item.customer_id)).deleted_at is None


async def test_a_customer_who_came_with_it_goes_with_it(clinic: World) -> None:
    item = await with_liv(clinic)
    await undo_change(later(clinic, 20), item.id)
    assert not await is_there(clinic, item)
    of_kari = await made(clinic, visit(clinic))
    await undo_change(clinic.ctx(), of_kari.id)
    assert await is_there(clinic, of_kari)


async def test_a_customer_of_whom_more_is_known_stays(clinic: World) -> None:
    items = []
    ways: list[Callable[[int], Awaitable[object]]] = [
        lambda liv: change_customer(clinic.ctx(), liv, CustomerPatch(notes="Prefers mornings")),
        lambda liv: add_customer(clinic.ctx(), CustomerPatch(first_name="Per", parent_id=liv)),
        lambda liv: add_case(clinic.ctx(), CasePatch(customer_id=liv, name="Knee")),
        lambda liv: made(clinic, visit(clinic, customer_id=liv, resource_id=clinic.bo)),
        lambda liv: set_customer_login(clinic.ctx(), liv, "liv", PASSWORD),
    ]
    for day, learn in enumerate(ways):
        customer = {**LIV, "email": f"liv{day}@example.org"}
        item = await made(clinic, visit(clinic, customer_id=None, customer=customer, starts_at=SOON + day * DAY))
        await learn(item.customer_id or 0)
        await undo_change(clinic.ctx(), item.id)
        items.append(item)
    assert [await is_there(clinic, item) for item in items] == [True] * len(items)


async def test_a_customer_who_was_not_to_be_told_goes_with_it(clinic: World) -> None:
    item = await with_liv(clinic, messages=MessageOverrides({("confirmation", "email"): True}, delay_seconds=20))
    await withdraw_message(clinic.ctx(), item.id)
    await undo_change(clinic.ctx(), item.id)
    assert not await is_there(clinic, item)


async def test_a_customer_who_was_told_stays_to_be_told_that_it_is_off(clinic: World) -> None:
    item = await with_liv(clinic, messages=MessageOverrides({("confirmation", "email"): True}, delay_seconds=0))
    await undo_change(clinic.ctx(), item.id)
    assert await is_there(clinic, item)
    assert await sent(clinic) == ["customer email confirmation", "customer email cancellation"]


async def test_what_others_have_changed_meanwhile_was_not_just_made(clinic: World) -> None:
    repeats = RepeatRule("week", 1, 1)
    booked = await book_appointments(clinic.ctx(), visit(clinic), repeats)
    first, second = [view.item for view in booked.items]
    await set_status(clinic.ctx(), second.id, "checked_in")
    assert await find_undoable(clinic.ctx(), first.id) is None
    assert await find_undoable(later(clinic, 31), first.id) is None
    with pytest.raises(Outdated):
        await undo_change(clinic.ctx(), first.id)
    assert (await now(clinic, first)).state == "confirmed"
