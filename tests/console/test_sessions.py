"""Group sessions: planned, attended, called, and moved between."""

import re
from datetime import UTC, datetime

import pytest

from kalends.actions.bookings.find import list_items
from kalends.actions.bookings.sessions import get_session, seats_taken
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.views import ItemView
from tests.console.desk_client import desk
from tests.desk import DAY
from tests.world import World


async def seats(clinic: World, *session_ids: int) -> list[ItemView]:
    query = ItemQuery(listing="all", session_ids=session_ids)
    return (await list_items(clinic.ctx(), query)).rows


async def test_sessions_are_planned_every_week(clinic: World, password: str, address: str) -> None:
    path = f"/sites/{clinic.site}/sessions"
    async with desk(address, clinic, password) as marit:
        assert await marit.open(path) == 200
        assert "There is no session in this week." in marit.page
        await marit.open(f"{path}/new")
        fields = {"service": clinic.yoga, "resource": clinic.hall, "start": "2027-03-02T18:00", "capacity": 12}
        assert await marit.send(f"{path}/new", **{**fields, "start": "", "weeks": "x"}) == 422
        assert "Start: is missing" in marit.page
        assert "How many weeks: is not a number" in marit.page
        assert await marit.send(f"{path}/new", **fields, weeks=3) == 200
        assert "The session is planned." in marit.page
        assert "0 of 12" in marit.page
        await marit.open(f"{path}?week=2027-03-15")
        assert "18:00–19:00, Hall" in marit.page


@pytest.mark.parametrize("week", ["0001-01-01", "9999-12-31", "20270301", "x"])
async def test_a_week_that_is_none_is_this_week(clinic: World, password: str, address: str, week: str) -> None:
    path = f"/sites/{clinic.site}/sessions"
    async with desk(address, clinic, password) as marit:
        await marit.open(path)
        this_week = marit.page
        assert await marit.open(f"{path}?week={week}") == 200
        assert marit.page == this_week


async def test_places_are_given_until_there_is_none(clinic: World, password: str, address: str) -> None:
    session_id = await clinic.class_of(2)
    path = f"/sites/{clinic.site}/sessions/{session_id}"
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}?q=kari")
        assert "Add Kari Nordmann" in marit.page
        assert await marit.send(f"{path}/seats", units=1) == 409
        assert "Choose somebody" in marit.page
        assert await marit.send(f"{path}/seats", customer=clinic.kari, units=1) == 200
        assert "1 of 2" in marit.page
        assert await marit.send(f"{path}/seats", customer=clinic.ola, units=2) == 409
        assert "One booking can have 1 at most." in marit.page
        assert await marit.send(f"{path}/seats", name="Eva Holm", email="eva@example.org", units=1) == 200
        assert "2 of 2" in marit.page
        assert "The session is full." in marit.page


async def test_the_roll_is_called_for_all_at_once(clinic: World, password: str, address: str) -> None:
    session_id = await clinic.class_of(5)
    path = f"/sites/{clinic.site}/sessions/{session_id}"
    async with desk(address, clinic, password) as marit:
        for customer in (clinic.kari, clinic.ola):
            await marit.open(path)
            await marit.send(f"{path}/seats", customer=customer, units=1)
        names = re.findall(r'name="(roll-\d+)" value=""', marit.page)
        assert await marit.send(f"{path}/roll", **dict(zip(names, ("checked_in", "no_show"), strict=True))) == 200
        assert "The roll is saved." in marit.page
    assert sorted(view.item.status or "" for view in await seats(clinic, session_id)) == ["checked_in", "no_show"]


async def test_a_seat_moves_to_another_session(clinic: World, password: str, address: str) -> None:
    first, second = await clinic.class_of(5), await clinic.class_of(5, clinic.now + 2 * DAY)
    path = f"/sites/{clinic.site}/sessions/{first}"
    async with desk(address, clinic, password) as marit:
        await marit.open(path)
        await marit.send(f"{path}/seats", customer=clinic.kari, units=1)
        (seat,) = await seats(clinic, first)
        item = f"/sites/{clinic.site}/items/{seat.item.id}"
        await marit.open(f"{item}/move")
        assert "5 places free" in marit.page
        assert await marit.send(f"{item}/move", session=second, tell="no") == 200
        assert "It is moved." in marit.page
    assert await seats_taken(clinic.ctx(), [first, second]) == {first: 0, second: 1}


async def test_a_session_is_changed_and_cancelled_with_its_places(clinic: World, password: str, address: str) -> None:
    session_id = await clinic.class_of(5)
    path = f"/sites/{clinic.site}/sessions/{session_id}"
    async with desk(address, clinic, password) as marit:
        for customer in (clinic.kari, clinic.ola):
            await marit.open(path)
            await marit.send(f"{path}/seats", customer=customer, units=1)
        await marit.open(f"{path}/change")
        fields = {"start": "2027-03-02T12:00", "end": "2027-03-02T13:00"}
        assert await marit.send(f"{path}/change", **fields, capacity=1) == 422
        assert "Places: is less than what is already booked" in marit.page
        assert await marit.send(f"{path}/change", **fields, capacity=9) == 200
        assert "2 of 9" in marit.page
        await marit.open(f"{path}/cancel")
        assert "2 places that are booked in it are cancelled too." in marit.page
        assert await marit.send(f"{path}/cancel", scope="this", tell="no") == 200
    assert (await get_session(clinic.ctx(), session_id)).deleted_at is not None
    assert [view.item.state for view in await seats(clinic, session_id)] == ["cancelled"] * 2


async def test_in_the_hour_that_clocks_show_twice_it_is_chosen_which_and_stays_so(
    clinic: World, password: str, address: str
) -> None:
    path = f"/sites/{clinic.site}/sessions"
    fields = {"service": clinic.yoga, "start": "2027-10-31T02:30", "end": "2027-10-31T04:00", "capacity": 9}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/new")
        assert await marit.send(f"{path}/new", **fields) == 422
        assert "is a time that comes twice" in marit.page
        assert await marit.send(f"{path}/new", **fields, start_fold="1") == 200
        (session_id,) = {int(each) for each in re.findall(rf"{path}/(\d+)/change", marit.page)}
        await marit.open(f"{path}/{session_id}/change")
        sent = {"start": fields["start"], "end": fields["end"], "title": "Late yoga"}
        assert '<option value="1" selected>02:30 (UTC+1)</option>' in marit.page
        assert await marit.send(f"{path}/{session_id}/change", **sent, start_fold="1") == 200
    session = await get_session(clinic.ctx(), session_id)
    assert (session.title, session.starts_at) == ("Late yoga", datetime(2027, 10, 31, 1, 30, tzinfo=UTC))
