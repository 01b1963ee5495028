"""Whoever has read a booking, an item or a class can have it changed only if it is still what was read."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from kalends.actions.bookings.change_booking import change_booking
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_booking_state, change_item_state, set_status
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.holds import add_hold, change_hold
from kalends.actions.bookings.sessions import change_session, get_session, remove_session
from kalends.actions.context import Context
from kalends.engine.bookings.hold import HoldPatch
from kalends.engine.bookings.patch import BookingPatch, ItemPatch, SessionPatch
from kalends.engine.refusals import Outdated
from kalends.engine.version import Expected
from tests.desk import HOUR, MINUTE, made, visit
from tests.world import NOW, World


def expecting(ctx: Context, kind: str, record_id: int, *versions: str) -> Context:
    return msgspec.structs.replace(ctx, expected=Expected(kind, record_id, frozenset(versions)))


async def test_an_item_is_changed_at_the_version_that_was_read(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    at_first = expecting(clinic.ctx(), "item", item.id, "0")
    await change_item(at_first, item.id, ItemPatch(title="Window"))
    for change in (
        change_item(at_first, item.id, ItemPatch(title="Door")),
        change_item_state(at_first, item.id, "cancel"),
        set_status(at_first, item.id, "checked_in"),
    ):
        with pytest.raises(Outdated):
            await change
    await change_item_state(expecting(clinic.ctx(), "item", item.id, "7", "1"), item.id, "cancel")


async def test_a_booking_is_at_another_version_once_an_item_is(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    read = await get_whole_booking(clinic.ctx(), item.booking_id)
    expected = expecting(clinic.ctx(), "booking", item.booking_id, read.version)
    await change_booking(expected, item.booking_id, BookingPatch(title="Two"))
    with pytest.raises(Outdated):
        await change_booking(expected, item.booking_id, BookingPatch(title="Three"))
    read = await get_whole_booking(clinic.ctx(), item.booking_id)
    expected = expecting(clinic.ctx(), "booking", item.booking_id, read.version)
    await set_status(clinic.ctx(), item.id, "checked_in")
    with pytest.raises(Outdated):
        await change_booking_state(expected, read.booking.uid, "cancel")


async def test_a_hold_is_a_booking_with_a_version(clinic: World) -> None:
    hold = (await add_hold(clinic.ctx(), visit(clinic, customer_id=None), NOW + 5 * MINUTE)).booked
    read = await get_whole_booking(clinic.ctx(), hold.booking.id)
    expected = expecting(clinic.ctx(), "booking", hold.booking.id, read.version)
    await change_hold(expected, hold.booking.id, HoldPatch(until=NOW + 6 * MINUTE))
    with pytest.raises(Outdated):
        await change_hold(expected, hold.booking.id, HoldPatch(until=NOW + 7 * MINUTE))


async def test_a_class_is_changed_at_the_version_that_was_read(clinic: World) -> None:
    yoga = await clinic.class_of(3)
    session = await get_session(clinic.ctx(), yoga)
    at_first = expecting(clinic.ctx(), "group_session", yoga, "0")
    await change_session(at_first, yoga, SessionPatch(starts_at=session.starts_at + HOUR))
    with pytest.raises(Outdated):
        await change_session(at_first, yoga, SessionPatch(title="Pilates"))
    with pytest.raises(Outdated):
        await remove_session(at_first, yoga)
    await remove_session(expecting(clinic.ctx(), "group_session", yoga, "1"), yoga)


async def test_of_many_who_read_the_same_one_changes_it(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    read = await get_whole_booking(clinic.ctx(), item.booking_id)

    async def write(turn: int) -> bool:
        expected = expecting(clinic.ctx(), "booking", item.booking_id, read.version)
        try:
            await change_booking(expected, item.booking_id, BookingPatch(title=f"Turn {turn}"))
        except Outdated:
            return False
        return True

    assert sum(await asyncio.gather(*(write(turn) for turn in range(20)))) == 1
    after = await get_whole_booking(clinic.ctx(), item.booking_id)
    assert (after.booking.revision, after.booking.updated_at - NOW) == (1, timedelta())
