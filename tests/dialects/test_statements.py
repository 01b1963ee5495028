"""How many statements a request asks the database: a plan asks for what it needs, once, and commits in one more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import httpx
import pytest
from asyncpg.connection import LoggedQuery

from kalends.dialects.bookio.routes import door as bookio
from kalends.dialects.locaboo.routes import door as locaboo
from kalends.dialects.makeplans.routes import door as makeplans
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import create_app
from tests.dialects.bookio.practice import BASE as BOOKIO
from tests.dialects.bookio.practice import Practice
from tests.dialects.locaboo.booking import add, wanted
from tests.dialects.locaboo.venue import BASE as LOCABOO
from tests.dialects.locaboo.venue import Venue
from tests.dialects.makeplans.clinic import BASE as MAKEPLANS
from tests.dialects.makeplans.clinic import Clinic
from tests.web.toy import running, transport_to
from tests.world import clock, open_clinic


class Listening:
    """All doors of one place over one connection, and what that was asked."""

    def __init__(self, clinic: Clinic, venue: Venue, practice: Practice, pool: asyncpg.Pool) -> None:
        self.clinic, self.venue, self.practice, self.pool = clinic, venue, practice, pool

    async def asked(self, request: Callable[[int], Awaitable[httpx.Response]]) -> int:
        """How many statements a request asks when it comes again: the first time the driver has some of its own."""
        said: list[LoggedQuery] = []
        assert (await request(0)).status_code == 200
        async with self.pool.acquire() as connection:
            connection.add_query_logger(said.append)
        answered = await request(1)
        await asyncio.sleep(0)  # the logger is called from the loop
        assert answered.status_code == 200, answered.text
        return len(said)


@pytest.fixture
async def listening(db: asyncpg.Pool, database_url: str) -> AsyncIterator[Listening]:
    world = await open_clinic(db)
    pool = await open_pool(database_url, 1, 1)

    async def opened() -> asyncpg.Pool:
        return pool

    app = create_app(WebSettings(), [makeplans, locaboo, bookio], opened, clock=clock)
    bearer = {"authorization": f"Bearer {await world.key('makeplans')}"}
    secret = {"api_secret_key": await world.key("locaboo")}
    token = {"authorization": f"Bearer {await world.key('bookio')}"}
    async with (
        running(app),
        httpx.AsyncClient(transport=transport_to(app), base_url=MAKEPLANS, headers=bearer) as of_clinic,
        httpx.AsyncClient(transport=transport_to(app), base_url=LOCABOO, params=secret) as of_venue,
        httpx.AsyncClient(transport=transport_to(app), base_url=BOOKIO, headers=token) as of_practice,
    ):
        practice = Practice(world, of_practice, of_practice, of_clinic, of_venue)
        yield Listening(Clinic(world, of_clinic), Venue(world, of_venue, of_clinic), practice, pool)


async def test_makeplans(listening: Listening) -> None:
    clinic = listening.clinic
    item = await clinic.book()
    times = [{"booked_from": clinic.at(hour), "booked_to": clinic.at(hour + 1)} for hour in (13, 14)]
    path = f"/bookings/{item['id']}"
    assert {
        "create": await listening.asked(
            lambda turn: clinic.client.post("/bookings", json={"booking": clinic.massage(10 + turn)})
        ),
        "move": await listening.asked(lambda turn: clinic.put(path, {"booking": times[turn]})),
        "list": await listening.asked(lambda turn: clinic.client.get("/bookings")),
    } == {"create": 3, "move": 5, "list": 3}


async def test_locaboo(listening: Listening) -> None:
    venue = listening.venue

    def days(turn: int) -> dict[str, str]:
        return {"date_from": venue.day(turn), "date_to": venue.day(turn)}

    booking_id = await add(venue)
    assert {
        "add": await listening.asked(lambda turn: venue.post("/booking_add", wanted(venue, **days(3 + turn)))),
        "move": await listening.asked(
            lambda turn: venue.post_form("/booking_save", {"booking_id": booking_id, **days(9 + turn)})
        ),
        "list": await listening.asked(lambda turn: venue.client.get("/booking_list")),
    } == {"add": 6, "move": 8, "list": 7}


async def test_bookio(listening: Listening) -> None:
    practice = listening.practice
    path = f"/reservations/{await practice.book()}"
    new = [practice.new_reservation(2 + turn, 10 + turn) for turn in range(2)]
    assert {
        "create": await listening.asked(lambda turn: practice.client.post("/reservations", json=new[turn])),
        "move": await listening.asked(
            lambda turn: practice.client.put(f"{path}/term", json={"dateFrom": practice.at(13 + turn)})
        ),
        "list": await listening.asked(lambda turn: practice.client.get("/reservations")),
    } == {"create": 12, "move": 7, "list": 6}
