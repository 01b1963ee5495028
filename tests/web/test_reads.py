"""What is asked with GET is read from a standby, if that has all of the account; whoever has written reads it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg
import httpx
import pytest

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.find import list_customers
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.customers.customer import CustomerPatch, CustomerQuery
from kalends.store.db import STANDBY, open_pool
from kalends.store.laws import find_breaches
from kalends.store.migrations import migrate
from kalends.store.standby import Standby
from kalends.web.auth import keyed
from kalends.web.config import WebSettings
from kalends.web.door import Answer, Door, WebRequest
from kalends.web.routing import build_router
from kalends.web.shell import Shell, create_app
from kalends.web.visitors import Visit, visitor_route
from tests.desk import until
from tests.nodes import Node, primary_and_standby
from tests.web.toy import bearer_or_user, said, say, served
from tests.world import NOW, clock, open_clinic


async def names(request: WebRequest, ctx: Context) -> Answer:
    """The customers, and whether they were read from a standby."""
    page = await list_customers(ctx, CustomerQuery())
    on_standby = await ctx.db.fetchval("select pg_is_in_recovery()")
    return said({"names": sorted(row.first_name for row in page.rows), "standby": on_standby})


async def look(request: WebRequest, visit: Visit) -> Answer:
    return said({"standby": await visit.ctx.db.fetchval("select pg_is_in_recovery()")})


async def add(request: WebRequest, ctx: Context) -> Answer:
    await add_customer(ctx, CustomerPatch(first_name="Zoe", email="zoe@example.org"))
    return said({})


ROUTES = (
    keyed("GET", "/names", names),
    keyed("POST", "/names", names),
    keyed("POST", "/add", add),
    keyed("GET", "/add", add),
    visitor_route("GET", "/page/{slug:str}", look),
)
DOOR = Door("toy", "/toy/api/v1", build_router(ROUTES), bearer_or_user, say)


class Pair(NamedTuple):
    primary: Node
    standby: Node


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with primary_and_standby(tmp_path_factory.mktemp("pair")) as (primary, standby):
        yield Pair(primary, standby)


@asynccontextmanager
async def clinic_read_from_standby(pair: Pair) -> AsyncIterator[tuple[httpx.AsyncClient, Shell]]:
    """A client of a new clinic, when all of the clinic is on the standby."""
    await migrate(pair.primary.url())
    pool = await open_pool(pair.primary.url(), 1, 1)
    clinic = await open_clinic(pool)
    await change_booking_page(clinic.ctx(), BookingPagePatch(active=True))
    key = await clinic.key("toy")
    await pool.close()
    standby = Standby(pair.standby.url(), 1, 4)
    app = create_app(WebSettings(), [DOOR], lambda: open_pool(pair.primary.url(), 1, 4), standby=standby, clock=clock)
    async with served(app, key) as client:
        await until(lambda: is_read_from_standby(client), True)
        yield client, app


async def is_read_from_standby(client: httpx.AsyncClient) -> bool:
    return bool((await client.get("/names")).json()["standby"])


async def test_reads_go_to_the_standby_and_writes_to_the_primary(pair: Pair) -> None:
    async with clinic_read_from_standby(pair) as (client, _):
        assert (await client.get("/names")).json() == {"names": ["Kari", "Ola"], "standby": True}
        assert (await client.post("/names")).json()["standby"] is False


async def test_what_writes_though_it_is_asked_with_get_is_tried_on_the_standby_once(pair: Pair) -> None:
    async with clinic_read_from_standby(pair) as (client, app):
        assert (await client.get("/add")).status_code == 200
        assert "Zoe" in (await client.get("/names")).json()["names"]
        assert app.standby is not None
        assert app.standby.writing == {"/toy/api/v1/add"}


async def test_whoever_has_written_reads_it_however_far_behind_the_standby_is(pair: Pair) -> None:
    async with clinic_read_from_standby(pair) as (client, _):
        await pair.standby.execute("select pg_wal_replay_pause()")
        await client.post("/add")
        behind = [(await client.get("/names")).json() for _ in range(3)]
        await pair.standby.execute("select pg_wal_replay_resume()")
        assert behind == [{"names": ["Kari", "Ola", "Zoe"], "standby": False}] * 3
        await until(lambda: is_read_from_standby(client), True)
        assert (await client.get("/names")).json()["names"] == ["Kari", "Ola", "Zoe"]


async def test_pages_for_visitors_are_read_from_the_standby(pair: Pair) -> None:
    async with clinic_read_from_standby(pair) as (client, app):
        assert app.pool is not None
        slug = await app.pool.fetchval("select min(slug) from account")
        assert (await client.get(f"/page/{slug}")).json()["standby"] is True


async def test_an_account_that_is_idle_is_read_from_the_standby_while_another_writes(pair: Pair) -> None:
    async with clinic_read_from_standby(pair) as (client, _), clinic_read_from_standby(pair) as (other, _):
        await pair.standby.execute("select pg_wal_replay_pause()")
        await other.post("/add")
        answers = [(await each.get("/names")).json()["standby"] for each in (client, other)]
        await pair.standby.execute("select pg_wal_replay_resume()")
        assert answers == [True, False]


async def test_without_the_standby_everything_is_read_from_the_primary(pair: Pair) -> None:
    async with clinic_read_from_standby(pair) as (client, app):
        pair.standby.stop()
        try:
            assert [(await client.get("/names")).json()["standby"] for _ in range(3)] == [False] * 3
            assert app.standby is not None
            assert app.standby.settled is None
        finally:
            pair.standby.start()
        await until(lambda: is_read_from_standby(client), True)


async def test_the_check_reads_a_standby(pair: Pair) -> None:
    async with clinic_read_from_standby(pair) as (_, app):
        assert app.standby is not None
        assert app.standby.pool is not None
        assert [finding async for finding in find_breaches(app.standby.pool, NOW)] == []


async def test_a_primary_is_no_standby(pair: Pair) -> None:
    with pytest.raises(ConnectionError, match="no standby"):
        await open_pool(pair.primary.url(), 1, 1, STANDBY)
    async with served(
        create_app(
            WebSettings(),
            [DOOR],
            lambda: open_pool(pair.primary.url(), 1, 1),
            standby=(alone := Standby(f"{pair.primary.url()}?target_session_attrs=any", 1, 1)),
        )
    ):
        await until(lambda: is_open(alone), True)
        assert alone.settled is None


async def is_open(standby: Standby) -> bool:
    return standby.pool is not None


async def test_a_user_without_privileges_may_ask_how_far_it_is(pair: Pair) -> None:
    await pair.primary.execute("create role plain login", "create database plain owner plain")
    url = pair.primary.url("plain").replace("postgres@", "plain@")
    await migrate(url)
    standby = Standby(pair.standby.url("plain").replace("postgres@", "plain@"), 1, 1)
    pool = await open_pool(url, 1, 1)

    async def settled() -> bool:
        try:
            return await standby._find_settled(pool) is not None
        except (OSError, asyncpg.PostgresError):
            return False

    await until(settled, True)
    await standby.close()
    await pool.close()
