"""Cancelled with a reason, alone or with all that comes later in the series."""

import msgspec
import pytest

from kalends.actions.bookings.add_sessions import repeat_session
from kalends.actions.bookings.book import book
from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.series import outcomes
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import RequestedResource, SessionPatch
from kalends.engine.bookings.request import BookingRequest, MessageOverrides
from kalends.engine.refusals import Fault, IllegalTransition, Invalid, NotFound
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.repeat_rule import RepeatRule
from tests.acts import Series, book_whole, start_series, whole
from tests.desk import DAY, SOON, broken, journal, made, make_occurrences, mornings, new_york, seat, sent, visit
from tests.world import World, at_sites

SICK = Cancellation(reason="A cold", details={"front": {"why": 30}})
AND_LATER = Cancellation(reason="Moved away", and_later=True)


async def states(clinic: World, *items: Item) -> list[str]:
    return [(await get_item(clinic.ctx(), item.id)).item.state for item in items]


async def test_one_is_cancelled_for_a_reason_and_what_a_door_keeps(clinic: World) -> None:
    item = await made(clinic, visit(clinic, details={"front": {"colour": "red"}}))
    after = (await cancel_item(clinic.ctx(), item.id, SICK)).item
    assert (after.state, after.cancelled_at, after.cancellation_reason) == ("cancelled", clinic.now, "A cold")
    assert after.details == {"front": {"colour": "red", "why": 30}}
    assert (await get_item(clinic.ctx(), item.id)).item == after
    assert [verb for verb, _, _ in await journal(clinic, item)] == ["create", "cancel"]
    with pytest.raises(IllegalTransition):
        await cancel_item(clinic.ctx(), item.id, SICK)


async def test_the_later_ones_of_a_booking_go_with_it_and_the_earlier_stay(clinic: World) -> None:
    hall, sauna = RequestedResource(clinic.hall), RequestedResource(clinic.sauna)
    times = mornings(3)
    booked = await book_whole(clinic.ctx(), whole(resources=(hall, sauna), times=times, customer_id=clinic.kari))
    items = [view.item for view in booked.items]
    second = next(item for item in items if item.starts_at == times[1].start)
    await cancel_item(clinic.ctx(), second.id, AND_LATER)
    assert [item.starts_at for item in items] == [time.start for time in times for _ in range(2)]
    assert sorted(await states(clinic, *items[:2], *items[4:])) == ["cancelled"] * 2 + ["confirmed"] * 2
    assert sorted(await states(clinic, *items[2:4])) == ["cancelled", "confirmed"]  # the other place is no repeat
    assert await broken(clinic) == []


async def test_the_later_seats_of_the_same_customer_go_with_it(clinic: World) -> None:
    yoga = SessionPatch(service_id=clinic.yoga, starts_at=SOON, capacity=9)
    sessions = await repeat_session(clinic.ctx(), yoga, RepeatRule("week", 1, 2))
    karis = [await made(clinic, seat(clinic, session.id)) for session in sessions]
    olas = [await made(clinic, seat(clinic, session.id, customer_id=clinic.ola)) for session in sessions]
    await cancel_item(clinic.ctx(), karis[2].id, SICK)
    await cancel_item(clinic.ctx(), karis[1].id, AND_LATER)
    assert await states(clinic, *karis, *olas) == ["confirmed", "cancelled", "cancelled"] + ["confirmed"] * 3
    reasons = [(await get_item(clinic.ctx(), item.id)).item.cancellation_reason for item in karis]
    assert reasons == [None, "Moved away", "A cold"]


async def test_a_seat_outside_of_a_series_has_no_later_ones(clinic: World) -> None:
    today, tomorrow = await clinic.class_of(3), await clinic.class_of(3, SOON + 2 * DAY)
    items = [await made(clinic, seat(clinic, session)) for session in (today, tomorrow)]
    await cancel_item(clinic.ctx(), items[0].id, AND_LATER)
    assert await states(clinic, *items) == ["cancelled", "confirmed"]


async def test_later_occurrences_that_are_still_to_be_made_are_withdrawn(clinic: World) -> None:
    uid = await start_series(clinic.ctx(), Series(visit(clinic), Recurrence("FREQ=DAILY;COUNT=4")))
    booking_id = await clinic.db.fetchval("select id from booking where uid = $1", uid)
    await make_occurrences(clinic.ctx(), booking_id, 2)
    made_ones = [one.item_id for one in await outcomes(clinic.ctx(), uid) if one.item_id]
    await cancel_item(clinic.ctx(), made_ones[0], AND_LATER)
    assert [one.outcome for one in await outcomes(clinic.ctx(), uid)] == ["made", "made", "withdrawn", "withdrawn"]
    assert [(await get_item(clinic.ctx(), item_id)).item.state for item_id in made_ones] == ["cancelled"] * 2


async def test_one_message_is_sent_for_all(clinic: World) -> None:
    (line,) = visit(clinic).lines
    lines = tuple(msgspec.structs.replace(line, starts_at=SOON + days * DAY) for days in range(3))
    booked = await book(clinic.ctx(), BookingRequest(lines=lines, customer_id=clinic.kari))
    by_mail = MessageOverrides({("cancellation", "email"): True})
    await cancel_item(clinic.ctx(), booked.items[0].item.id, AND_LATER, by_mail)
    assert await states(clinic, *(view.item for view in booked.items)) == ["cancelled"] * 3
    assert (await sent(clinic)).count("customer email cancellation") == 1


async def test_what_is_elsewhere_stays(clinic: World) -> None:
    here, there = RequestedResource(clinic.hall), RequestedResource(await new_york(clinic))
    visitor = at_sites(clinic.ctx(), frozenset({clinic.site}))
    booked = await book_whole(clinic.ctx(), whole(resources=(here, there), times=mornings(2)))
    items = {(view.item.resource_id, view.item.starts_at): view.item for view in booked.items}
    with pytest.raises(NotFound):
        await cancel_item(visitor, items[there.resource_id, SOON].id, AND_LATER)
    await cancel_item(visitor, items[here.resource_id, SOON].id, AND_LATER)
    of = [items[resource.resource_id, SOON + days * DAY] for resource in (here, there) for days in (0, 1)]
    assert await states(clinic, *of) == ["cancelled", "cancelled", "confirmed", "confirmed"]


async def test_a_reason_longer_than_any_text_is_refused(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    with pytest.raises(Invalid) as refused:
        await cancel_item(clinic.ctx(), item.id, Cancellation(reason="A cold " * 10_000))
    assert refused.value.faults == (Fault("reason", "too_long"),)
