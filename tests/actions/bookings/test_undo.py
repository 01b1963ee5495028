"""What somebody has just done to an item is taken back: its time, resource and state are as before."""

import msgspec
import pytest

from kalends.actions.bookings.appointments import book_appointments
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.undo import find_undoable, undo_change
from kalends.actions.context import Context
from kalends.engine.bookings.booking import Item
from kalends.engine.refusals import Full, Outdated
from kalends.engine.time.repeat_rule import RepeatRule
from tests.acts import change
from tests.desk import HOUR, MINUTE, SOON, claims, made, visit
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
