from datetime import timedelta
from typing import Any

import pytest

from kalends.actions.catalogue import add_resource, add_service
from kalends.actions.sessions import add_session, get_session, list_sessions, seats_taken
from kalends.engine.listing import SessionQuery
from kalends.engine.refusals import Full, Invalid, NotFound, Retired
from kalends.engine.span import Span
from kalends.store.db import Db
from tests.world import NOW, World, open_clinic

HOUR = timedelta(hours=1)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db)


async def found(clinic: World, **query: Any) -> list[int]:
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
    assert await found(clinic) == [left.id, right.id]


async def test_a_session_may_be_placed_over_another_on_purpose(clinic: World) -> None:
    yoga = {"service_id": clinic.yoga, "resource_id": clinic.hall, "starts_at": TOMORROW}
    first = await add_session(clinic.ctx(), yoga)
    second = await add_session(clinic.ctx(), yoga, force=True)
    assert await found(clinic, resource_ids=(clinic.hall,)) == [first.id, second.id]


async def test_buffers_of_the_service_keep_the_room_too(clinic: World) -> None:
    steam = await add_service(clinic.ctx(), {"title": "Steam", "kind": "attendance", "buffer_after": 30})
    made = await add_session(clinic.ctx(), {"service_id": steam.id, "resource_id": clinic.sauna, "starts_at": TOMORROW})
    claimed = await clinic.db.fetchrow(
        "select lower(span), upper(span), units from claim where session_id = $1", made.id
    )
    assert claimed is not None
    assert tuple(claimed) == (TOMORROW, TOMORROW + 1.5 * HOUR, 6)


async def test_sessions_are_found_by_any_question(clinic: World) -> None:
    early = await clinic.class_of(10, NOW + HOUR)
    late = await clinic.class_of(10, NOW + 5 * HOUR)
    assert await found(clinic) == [early, late]
    assert await found(clinic, newest_first=True) == [late, early]
    assert await found(clinic, starts_after=NOW + 2 * HOUR) == [late]
    assert await found(clinic, ends_before=NOW + 2 * HOUR) == [early]
    assert await found(clinic, service_ids=(clinic.massage,)) == []
    assert await found(clinic, updated_after=NOW - HOUR) == [early, late]
    assert await found(clinic, ids=(late,)) == [late]
    page = await list_sessions(clinic.ctx(), SessionQuery(limit=1))
    assert ([session.id for session in page.rows], page.total) == ([early], 2)


async def test_a_session_needs_its_times_in_order(clinic: World) -> None:
    with pytest.raises(Invalid):
        await add_session(clinic.ctx(), {"title": "Talk", "ends_at": TOMORROW})
    with pytest.raises(Invalid):
        await add_session(clinic.ctx(), {"title": "Talk", "starts_at": TOMORROW, "ends_at": TOMORROW})


async def test_a_retired_room_hosts_nothing_new(clinic: World) -> None:
    old = await add_resource(clinic.ctx(), {"title": "Old room", "active": False})
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
