"""Sessions are moved, called off and planned in series; their seats go along."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.sessions import get_session, list_sessions, remove_session, remove_sessions, seats_taken
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.refusals import Fault, Full, Invalid, NotFound, Retired, TooManyOccurrences
from kalends.engine.time.recurrence import Recurrence
from kalends.store.db import Db
from tests.acts import add_session, add_sessions, change_session
from tests.desk import HOUR, broken, hour_of, journal, made, seat, sent
from tests.world import NOW, World, open_clinic

TOMORROW = NOW + timedelta(days=1)
LATER = NOW + timedelta(minutes=5)
DAILY = Recurrence(rrule="FREQ=DAILY;COUNT=3")


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db, verification="email")


async def yoga(clinic: World, **fields: object) -> GroupSession:
    usual = {"service_id": clinic.yoga, "resource_id": clinic.hall, "starts_at": TOMORROW, "capacity": 5}
    return await add_session(clinic.ctx(), {**usual, **fields})


async def sound(clinic: World) -> bool:
    return await broken(clinic, NOW) == []


async def test_the_seats_move_with_their_session(clinic: World) -> None:
    session = await yoga(clinic)
    item = await made(clinic, seat(clinic, session.id))
    moved = await change_session(clinic.ctx(LATER), session.id, {"starts_at": TOMORROW + HOUR, "title": None})
    assert (moved.starts_at, moved.ends_at, moved.title, moved.revision) == (
        TOMORROW + HOUR,
        TOMORROW + 2 * HOUR,
        "Yoga",
        1,
    )
    found = (await get_item(clinic.ctx(), item.id)).item
    assert (found.starts_at, found.ends_at, found.revision) == (TOMORROW + HOUR, TOMORROW + 2 * HOUR, 1)
    assert [what for what, _, _ in await journal(clinic, item)] == ["create", "change"]
    assert "customer email modification" in await sent(clinic, item)
    assert (await made(clinic, hour_of(clinic.hall, TOMORROW))).resource_id == clinic.hall
    assert await sound(clinic)


async def test_a_session_is_not_moved_over_what_is_there_unless_on_purpose(clinic: World) -> None:
    session = await yoga(clinic)
    item = await made(clinic, seat(clinic, session.id))
    await made(clinic, hour_of(clinic.left, TOMORROW + HOUR))
    later = {"starts_at": TOMORROW + HOUR}
    with pytest.raises(Full):
        await change_session(clinic.ctx(), session.id, later)
    assert (await get_item(clinic.ctx(), item.id)).item.starts_at == TOMORROW
    assert (await change_session(clinic.ctx(), session.id, later, overlap_allowed=True)).starts_at == TOMORROW + HOUR
    assert await sound(clinic)


async def test_another_room_is_taken_and_the_old_one_free(clinic: World) -> None:
    session = await yoga(clinic)
    item = await made(clinic, seat(clinic, session.id))
    await change_session(clinic.ctx(), session.id, {"resource_id": clinic.sauna})
    assert (await get_item(clinic.ctx(), item.id)).item.resource_id == clinic.sauna
    await made(clinic, hour_of(clinic.hall, TOMORROW))
    with pytest.raises(Full):
        await made(clinic, hour_of(clinic.sauna, TOMORROW))
    await change_session(clinic.ctx(), session.id, {"resource_id": None})
    await made(clinic, hour_of(clinic.sauna, TOMORROW))
    assert await sound(clinic)


async def test_seats_that_are_taken_stay(clinic: World) -> None:
    session = await yoga(clinic)
    await made(clinic, seat(clinic, session.id, units=1))
    await made(clinic, seat(clinic, session.id, customer_id=clinic.ola))
    with pytest.raises(Invalid) as refused:
        await change_session(clinic.ctx(), session.id, {"capacity": 1})
    assert refused.value.faults == (Fault("capacity", "below_booked"),)
    assert (await change_session(clinic.ctx(), session.id, {"capacity": 2})).capacity == 2
    with pytest.raises(Full):
        await made(clinic, seat(clinic, session.id))


async def test_words_are_changed_without_touching_seats(clinic: World) -> None:
    session = await yoga(clinic)
    item = await made(clinic, seat(clinic, session.id))
    words = {"title": "Slow yoga", "custom": {"mat": "yes"}, "details": {"one": {"x": 1}}}
    changed = await change_session(clinic.ctx(), session.id, words)
    assert (changed.title, changed.custom, changed.revision) == ("Slow yoga", {"mat": "yes"}, 1)
    assert await change_session(clinic.ctx(), session.id, {"title": "Slow yoga"}) == changed
    assert (await get_item(clinic.ctx(), item.id)).item.revision == 0


async def test_a_session_called_off_cancels_its_seats(clinic: World) -> None:
    session = await yoga(clinic)
    item = await made(clinic, seat(clinic, session.id))
    gone = await remove_session(clinic.ctx(LATER), session.id)
    assert await remove_session(clinic.ctx(), session.id) == gone == await get_session(clinic.ctx(), session.id)
    found = (await get_item(clinic.ctx(), item.id)).item
    assert (found.state, found.cancelled_at) == ("cancelled", LATER)
    assert (await sent(clinic, item))[-1] == "customer email cancellation"
    await made(clinic, hour_of(clinic.hall, TOMORROW))
    with pytest.raises(Retired):
        await made(clinic, seat(clinic, session.id))
    with pytest.raises(NotFound):
        await change_session(clinic.ctx(), session.id, {"title": "Yoga again"})
    assert await sound(clinic)


async def test_who_has_attended_stays_so(clinic: World) -> None:
    session = await yoga(clinic)
    item = await made(clinic, seat(clinic, session.id))
    await remove_session(clinic.ctx(TOMORROW + 2 * HOUR), session.id)
    assert (await get_item(clinic.ctx(), item.id)).item.state == "confirmed"


async def test_a_series_is_planned_whole_across_a_change_of_clocks(clinic: World) -> None:
    ten_in_oslo = datetime(2027, 3, 27, 9, tzinfo=UTC)
    first = {"service_id": clinic.yoga, "resource_id": clinic.hall, "starts_at": ten_in_oslo, "capacity": 5}
    planned = await add_sessions(clinic.ctx(), first, DAILY)
    assert [(one.starts_at.day, one.starts_at.hour) for one in planned] == [(27, 9), (28, 8), (29, 8)]
    assert len({one.series for one in planned}) == 1
    page = await list_sessions(clinic.ctx(), SessionQuery(series=planned[0].series))
    assert page.rows == planned
    assert (await list_sessions(clinic.ctx(), SessionQuery(series="yoga"))).rows == []
    assert await sound(clinic)


async def test_a_series_is_planned_whole_or_not_at_all(clinic: World) -> None:
    await made(clinic, hour_of(clinic.hall, TOMORROW + timedelta(days=2)))
    first = {"service_id": clinic.yoga, "resource_id": clinic.hall, "starts_at": TOMORROW}
    with pytest.raises(Full):
        await add_sessions(clinic.ctx(), first, DAILY)
    assert (await list_sessions(clinic.ctx(), SessionQuery())).total == 0
    with pytest.raises(TooManyOccurrences):
        await add_sessions(clinic.ctx(), first, Recurrence(rrule="FREQ=DAILY;COUNT=732"))


async def test_a_series_is_called_off_together(clinic: World) -> None:
    planned = await add_sessions(clinic.ctx(), {"service_id": clinic.yoga, "starts_at": TOMORROW}, DAILY)
    item = await made(clinic, seat(clinic, planned[1].id))
    await remove_session(clinic.ctx(), planned[0].id)
    gone = await remove_sessions(clinic.ctx(), planned[0].series or "")
    assert [one.id for one in gone] == [planned[1].id, planned[2].id]
    assert (await get_item(clinic.ctx(), item.id)).item.state == "cancelled"
    with pytest.raises(NotFound):
        await remove_sessions(clinic.ctx(), str(uuid4()))


async def test_sessions_that_overlap_a_time_are_found(clinic: World) -> None:
    first, second = await yoga(clinic), await yoga(clinic, starts_at=TOMORROW + 2 * HOUR)
    await change_session(clinic.ctx(LATER), first.id, {"title": "Early yoga"})

    async def found(**query: Any) -> list[int]:
        return [one.id for one in (await list_sessions(clinic.ctx(), SessionQuery(**query))).rows]

    middle = TOMORROW + HOUR / 2
    assert await found(ends_after=middle, starts_before=middle + HOUR) == [first.id]
    assert await found(ends_after=middle, without_ids=(first.id,)) == [second.id]
    assert await found(latest_change_first=True) == [first.id, second.id]
    assert await found(newest_first=True) == [second.id, first.id]


async def test_seats_taken_while_the_session_moves_move_too(clinic: World) -> None:
    session = await yoga(clinic, capacity=20)
    seats = [made(clinic, seat(clinic, session.id)) for _ in range(4)]
    held = await made(clinic, seat(clinic, session.id))
    moving = change_session(clinic.ctx(), session.id, {"starts_at": TOMORROW + HOUR})
    await asyncio.gather(moving, change_item_state(clinic.ctx(), held.id, "cancel"), *seats)
    rows = await clinic.db.fetch("select distinct starts_at from item where session_id = $1", session.id)
    assert (await seats_taken(clinic.ctx(), [session.id]))[session.id] == 4
    assert await sound(clinic)
    assert TOMORROW + HOUR in [row[0] for row in rows]


async def test_another_account_moves_nothing_here(clinic: World, db: Db) -> None:
    stranger, session = (await open_clinic(db)).ctx(), await yoga(clinic)
    with pytest.raises(NotFound):
        await change_session(stranger, session.id, {"title": "Mine"})
    with pytest.raises(NotFound):
        await remove_session(stranger, session.id)
    with pytest.raises(NotFound):
        await change_session(clinic.ctx(), session.id, {"resource_id": (await open_clinic(db)).hall})
