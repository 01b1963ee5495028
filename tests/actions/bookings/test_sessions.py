from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kalends.actions.availability.hours import set_exception_days
from kalends.actions.bookings.sessions import get_session, list_sessions, remove_session, remove_sessions, seats_taken
from kalends.actions.catalog.resources import add_resource, get_resource
from kalends.actions.catalog.services import add_service
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Closed, Fault, Full, Invalid, NotFound, Retired
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.acts import add_session, add_sessions, change, change_session
from tests.desk import DAY, HOUR, made, new_york, seat
from tests.world import NOW, World, at_sites, open_clinic

OSLO = ZoneInfo("Europe/Oslo")
TOMORROW = NOW + timedelta(days=1)


async def found_ids(clinic: World, **query: Any) -> list[int]:
    page = await list_sessions(clinic.ctx(), SessionQuery(**query))
    return [session.id for session in page.rows]


async def test_a_session_lasts_as_long_as_its_service_and_is_called_like_it(clinic: World) -> None:
    made = await add_session(clinic.ctx(), {"service_id": clinic.yoga, "starts_at": TOMORROW, "capacity": 12})
    assert (made.title, made.ends_at, made.capacity, made.revision) == ("Yoga", TOMORROW + HOUR, 12, 0)
    assert await get_session(clinic.ctx(), made.id) == made
    assert await seats_taken(clinic.ctx(), [made.id]) == {made.id: 0}


async def test_a_session_takes_the_whole_of_its_room(clinic: World) -> None:
    yoga = {"service_id": clinic.yoga, "resource_id": clinic.hall, "starts_at": TOMORROW}
    await add_session(clinic.ctx(), yoga)
    with pytest.raises(Full) as refused:
        await add_session(clinic.ctx(), yoga | {"resource_id": clinic.left})
    assert refused.value.in_the_way == (Span(TOMORROW, TOMORROW + HOUR),)


async def test_two_halves_of_the_hall_are_two_rooms(clinic: World) -> None:
    yoga = {"service_id": clinic.yoga, "starts_at": TOMORROW}
    left = await add_session(clinic.ctx(), yoga | {"resource_id": clinic.left})
    right = await add_session(clinic.ctx(), yoga | {"resource_id": clinic.right})
    assert await found_ids(clinic) == [left.id, right.id]


async def test_a_session_may_be_placed_over_another_on_purpose(clinic: World) -> None:
    yoga = {"service_id": clinic.yoga, "resource_id": clinic.hall, "starts_at": TOMORROW}
    first = await add_session(clinic.ctx(), yoga)
    second = await add_session(clinic.ctx(), yoga, overlap_allowed=True)
    assert await found_ids(clinic, resource_ids=(clinic.hall,)) == [first.id, second.id]


async def test_buffers_of_the_service_keep_the_room_too(clinic: World) -> None:
    steam = await add_service(clinic.ctx(), ServicePatch(title="Steam", kind="attendance", buffer_after=30))
    made = await add_session(clinic.ctx(), {"service_id": steam.id, "resource_id": clinic.sauna, "starts_at": TOMORROW})
    claimed = await clinic.db.fetchrow(
        "select lower(span), upper(span), units from claim where session_id = $1", made.id
    )
    assert claimed is not None
    assert tuple(claimed) == (TOMORROW, TOMORROW + 1.5 * HOUR, 6)


async def test_sessions_are_found_by_any_question(clinic: World) -> None:
    early = await clinic.class_of(10, NOW + HOUR)
    late = await clinic.class_of(10, NOW + 5 * HOUR)
    assert await found_ids(clinic) == [early, late]
    assert await found_ids(clinic, newest_first=True) == [late, early]
    assert await found_ids(clinic, starts_after=NOW + 2 * HOUR) == [late]
    assert await found_ids(clinic, ends_before=NOW + 2 * HOUR) == [early]
    assert await found_ids(clinic, service_ids=(clinic.massage,)) == []
    assert await found_ids(clinic, updated_after=NOW - HOUR) == [early, late]
    assert await found_ids(clinic, ids=(late,)) == [late]
    page = await list_sessions(clinic.ctx(), SessionQuery(limit=1))
    assert ([session.id for session in page.rows], page.total) == ([early], 2)


async def test_a_session_needs_its_times_in_order(clinic: World) -> None:
    with pytest.raises(Invalid):
        await add_session(clinic.ctx(), {"title": "Talk", "ends_at": TOMORROW})
    with pytest.raises(Invalid):
        await add_session(clinic.ctx(), {"title": "Talk", "starts_at": TOMORROW, "ends_at": TOMORROW})


async def test_a_retired_room_hosts_nothing_new(clinic: World) -> None:
    old = await add_resource(clinic.ctx(), ResourcePatch(title="Old room", active=False))
    with pytest.raises(Retired):
        await add_session(clinic.ctx(), {"resource_id": old.id, "starts_at": TOMORROW, "ends_at": TOMORROW + HOUR})


async def test_another_account_knows_neither_the_session_nor_the_hall(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    made = await clinic.class_of(10)
    with pytest.raises(NotFound):
        await get_session(stranger.ctx(), made)
    with pytest.raises(NotFound):
        await add_session(
            stranger.ctx(), {"resource_id": clinic.hall, "starts_at": TOMORROW, "ends_at": TOMORROW + HOUR}
        )


async def test_classes_of_a_series_keep_to_the_clock_of_their_site(clinic: World) -> None:
    chair = await new_york(clinic)
    weekly = Recurrence("FREQ=WEEKLY;COUNT=4")
    for room, shifts in ((chair, [0, 0, 23, 23]), (None, [0, 0, 0, 0])):
        first = {"resource_id": room, "starts_at": NOW, "ends_at": NOW + HOUR}
        starts = [one.starts_at for one in await add_sessions(clinic.ctx(), first, weekly)]
        assert [(start - NOW).total_seconds() / 3600 % 24 for start in starts] == shifts


async def test_classes_of_whole_days_only_touch_when_clocks_are_changed(clinic: World) -> None:
    saturday, oslo = datetime(2027, 3, 27, tzinfo=OSLO), {"service_id": clinic.yoga, "resource_id": clinic.hall}
    whole_day = {**oslo, "starts_at": saturday.astimezone(UTC), "ends_at": (saturday + DAY).astimezone(UTC)}
    sessions = await add_sessions(clinic.ctx(), whole_day, Recurrence("FREQ=DAILY;COUNT=3"))
    assert [session.ends_at for session in sessions] == [(saturday + n * DAY).astimezone(UTC) for n in (1, 2, 3)]
    back = await change_session(clinic.ctx(), sessions[1].id, {"starts_at": (saturday + 4 * DAY).astimezone(UTC)})
    assert back.ends_at == (saturday + 5 * DAY).astimezone(UTC)


async def test_classes_of_a_series_are_not_laid_into_a_closing(clinic: World) -> None:
    """Neither the room's nor the teacher's; outside weekly hours they may be."""
    daily, evening = Recurrence("FREQ=DAILY;COUNT=4"), TOMORROW + 10 * HOUR
    for closed, resource_id in ((2, clinic.hall), (3, clinic.ada)):
        await set_exception_days(clinic.ctx(), resource_id, {(NOW + closed * DAY).date(): []})
    first = {"resource_id": clinic.hall, "also_resource_ids": (clinic.ada,), "starts_at": evening}
    laid = await add_sessions(clinic.ctx(), first | {"ends_at": evening + HOUR}, daily)
    assert [one.starts_at for one in laid] == [evening, evening + 3 * DAY]
    shut = first | {"starts_at": evening + DAY, "ends_at": evening + DAY + HOUR}
    with pytest.raises(Closed):
        await add_sessions(clinic.ctx(), shut, Recurrence("FREQ=DAILY;COUNT=2"))


async def test_no_class_of_a_series_is_longer_than_one_may_be(clinic: World) -> None:
    first = {"starts_at": TOMORROW, "ends_at": TOMORROW + HOUR}
    for rdate in ("VALUE=PERIOD:20280101T000000Z/P9999W", "99991231T220000Z"):
        with pytest.raises(Invalid) as refused:
            await add_sessions(clinic.ctx(), first, Recurrence(rdate=rdate))
        assert refused.value.faults == (Fault("rdate", "out_of_range"),)
    assert await found_ids(clinic) == []


async def test_a_key_of_another_site_neither_sees_nor_changes_a_class(clinic: World) -> None:
    chair = await new_york(clinic)
    place = await get_resource(clinic.ctx(), chair)
    visitor = at_sites(clinic.ctx(), frozenset({place.site_id}))
    times = {"starts_at": TOMORROW, "ends_at": TOMORROW + HOUR}
    rule = Recurrence("FREQ=DAILY;COUNT=2")
    anywhere = await add_session(clinic.ctx(), times)
    there = await add_session(clinic.ctx(), times | {"resource_id": chair})
    here, later = await add_sessions(clinic.ctx(), times | {"resource_id": clinic.hall}, rule)
    assert await found_ids(clinic) == [anywhere.id, there.id, here.id, later.id]
    page = await list_sessions(visitor, SessionQuery())
    assert ([one.id for one in page.rows], page.total) == ([anywhere.id, there.id], 2)
    await get_session(visitor, anywhere.id)
    forbidden: list[Awaitable[object]] = [
        get_session(visitor, here.id),
        change_session(visitor, here.id, {"title": "Mine"}),
        change_session(visitor, there.id, {"resource_id": clinic.hall}),
        remove_session(visitor, here.id),
        remove_sessions(visitor, str(here.series)),
        add_session(visitor, times | {"resource_id": clinic.left}),
        add_sessions(visitor, times | {"resource_id": clinic.left}, rule),
    ]
    for act in forbidden:
        with pytest.raises(NotFound):
            await act
    assert len(await found_ids(clinic)) == 4


async def test_who_plans_a_class_says_where_and_seats_are_booked_there(clinic: World) -> None:
    yoga = await clinic.class_with((clinic.ada,), starts_at=TOMORROW)
    other = await clinic.class_with((clinic.bo,), starts_at=TOMORROW)
    item = await made(clinic, seat(clinic, yoga))
    assert (await change(clinic.ctx(), item.id, {"session_id": other})).item.resource_id == clinic.bo


async def test_a_session_that_is_written_back_in_whole_seconds_stays_as_it_is(clinic: World) -> None:
    odd = {"starts_at": TOMORROW.replace(microsecond=7), "ends_at": TOMORROW.replace(microsecond=9) + HOUR}
    planned = await add_session(clinic.ctx(), {"service_id": clinic.yoga, **odd})
    shown = {name: at.replace(microsecond=0) for name, at in odd.items()}
    assert await change_session(clinic.ctx(), planned.id, {**shown, "title": planned.title}) == planned
