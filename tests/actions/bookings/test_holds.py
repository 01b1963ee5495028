"""Times that are held for somebody who is about to book them."""

from datetime import datetime, timedelta

import msgspec
import pytest

from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.holds import add_hold, change_hold, confirm_hold, get_hold, release_hold
from kalends.actions.catalog.resources import change_resource
from kalends.actions.context import Context
from kalends.engine.accounts.principal import visitor
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.hold import LONGEST_HOLD, HoldPatch
from kalends.engine.bookings.patch import BookingPatch, ItemPatch
from kalends.engine.bookings.request import Booked, BookingRequest, RequestedLine
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.refusals import Full, IllegalTransition, Invalid, NotFound
from tests.desk import DAY, HOUR, MINUTE, SOON, claims, is_refused, lapse_all, made, visit
from tests.world import NOW, World

UNTIL = NOW + 10 * MINUTE
LATER = NOW + 20 * MINUTE


async def held(clinic: World, *starts: datetime, until: datetime = UNTIL) -> Booked:
    lines = (
        RequestedLine(service_id=clinic.massage, resource_id=clinic.ada, starts_at=start) for start in starts or (SOON,)
    )
    return (await add_hold(clinic.ctx(), BookingRequest(lines=tuple(lines)), until)).booked


async def messages_waiting(clinic: World) -> int:
    waiting: int = await clinic.db.fetchval("select count(*) from outbox where account_id = $1", clinic.account.id)
    return waiting


async def test_what_is_held_is_taken_until_the_second_it_ends(clinic: World) -> None:
    hold = await held(clinic)
    assert [(view.item.state, view.item.expires_at) for view in hold.items] == [("awaiting_confirmation", UNTIL)]
    await is_refused(clinic, visit(clinic), Full)
    with pytest.raises(Full):
        await made(clinic, visit(clinic), UNTIL - timedelta(microseconds=1))
    await made(clinic, visit(clinic), UNTIL)
    lapsed = await get_hold(clinic.ctx(UNTIL), hold.booking.id)
    assert [view.item.state for view in lapsed.items] == ["verification_expired"]


async def test_a_hold_becomes_a_booking_with_a_customer_and_a_title(clinic: World) -> None:
    hold = await held(clinic, SOON, SOON + DAY)
    assert await messages_waiting(clinic) == 0
    patch = BookingPatch(customer_id=clinic.kari, title="Two massages")
    booked = await confirm_hold(clinic.ctx(UNTIL - MINUTE), hold.booking.id, patch)
    assert (booked.booking.customer_id, booked.booking.title) == (clinic.kari, "Two massages")
    assert {(view.item.state, view.item.customer_id, view.item.expires_at) for view in booked.items} == {
        ("confirmed", clinic.kari, None)
    }
    await lapse_all(clinic.db, LATER)
    after = await get_whole_booking(clinic.ctx(LATER), hold.booking.id)
    assert [view.item.state for view in after.items] == ["confirmed", "confirmed"]
    with pytest.raises(NotFound) as refused:
        await get_hold(clinic.ctx(), hold.booking.id)
    assert refused.value.what == "hold"


async def test_what_has_lapsed_is_neither_confirmed_nor_extended(clinic: World) -> None:
    hold = await held(clinic)
    for at in (UNTIL, LATER):
        with pytest.raises(IllegalTransition):
            await confirm_hold(clinic.ctx(at), hold.booking.id, BookingPatch(customer_id=clinic.kari))
        with pytest.raises(IllegalTransition):
            await change_hold(clinic.ctx(at), hold.booking.id, HoldPatch(until=at + MINUTE))


async def test_a_hold_is_extended_and_moved(clinic: World) -> None:
    hold = await held(clinic, SOON, SOON + DAY)
    first = hold.items[0].item
    patch = HoldPatch(until=LATER, items={first.id: ItemPatch(starts_at=SOON + HOUR, resource_id=clinic.bo)})
    changed = await change_hold(clinic.ctx(), hold.booking.id, patch)
    assert {view.item.expires_at for view in changed.items} == {LATER}
    assert [(view.item.resource_id, view.item.starts_at) for view in changed.items] == [
        (clinic.bo, SOON + HOUR),
        (clinic.ada, SOON + DAY),
    ]
    with pytest.raises(Full):
        await made(clinic, visit(clinic, starts_at=SOON + DAY), UNTIL + MINUTE)


async def test_a_hold_is_changed_as_a_whole_or_not_at_all(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + 3 * HOUR))
    hold = await held(clinic, SOON, SOON + HOUR)
    first, second = (view.item for view in hold.items)
    taken = {first.id: ItemPatch(title="Window"), second.id: ItemPatch(starts_at=SOON + 3 * HOUR)}
    with pytest.raises(Full):
        await change_hold(clinic.ctx(), hold.booking.id, HoldPatch(until=LATER, items=taken))
    unchanged = await get_hold(clinic.ctx(), hold.booking.id)
    assert [(view.item.title, view.item.expires_at) for view in unchanged.items] == [(None, UNTIL)] * 2
    with pytest.raises(NotFound):
        await change_hold(clinic.ctx(), hold.booking.id, HoldPatch(items={first.id + 10**6: ItemPatch()}))


async def test_what_is_released_is_free_at_once(clinic: World) -> None:
    hold = await held(clinic)
    await release_hold(clinic.ctx(), hold.booking.id)
    assert await claims(clinic, hold.items[0].item) == []
    await made(clinic, visit(clinic))
    with pytest.raises(NotFound):
        await get_hold(clinic.ctx(), hold.booking.id)


async def test_a_hold_ends_within_a_day(clinic: World) -> None:
    for until, reason in ((NOW, "past"), (NOW + LONGEST_HOLD + MINUTE, "out_of_range")):
        with pytest.raises(Invalid) as refused:
            await held(clinic, until=until)
        assert [(fault.field, fault.reason) for fault in refused.value.faults] == [("expires_at", reason)]


async def test_a_booking_is_no_hold(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    with pytest.raises(NotFound):
        await get_hold(clinic.ctx(), item.booking_id)


async def test_a_booking_has_its_seats_in_a_class_without_a_room(clinic: World) -> None:
    yoga = await clinic.class_of(2)
    item = await made(clinic, msgspec.structs.replace(visit(clinic), lines=(RequestedLine(session_id=yoga),)))
    booking = await get_whole_booking(clinic.ctx(), item.booking_id)
    assert [view.item.id for view in booking.items] == [item.id]


async def test_a_visitor_gets_nobody_who_is_not_public_and_staff_do(clinic: World) -> None:
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(public=False))
    visitors = msgspec.structs.replace(clinic.ctx(), principal=visitor("page"))
    anybody = RequestedLine(service_id=clinic.massage, starts_at=SOON)
    assert [item.resource_id for item in await hold_as(visitors, anybody)] == [clinic.ada]
    with pytest.raises(NotFound):
        await hold_as(visitors, msgspec.structs.replace(anybody, resource_id=clinic.bo))
    with pytest.raises(Full):
        await hold_as(visitors, anybody)
    assert [item.resource_id for item in await hold_as(clinic.ctx(), anybody, public=True)] == [clinic.bo]


async def hold_as(ctx: Context, line: RequestedLine, *, public: bool = False) -> list[Item]:
    request = BookingRequest(lines=(line,), public=public)
    return [view.item for view in (await add_hold(ctx, request, UNTIL)).booked.items]
