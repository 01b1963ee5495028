"""What the front desk of the clinic does all day, in few words."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest
from asyncpg.connection import LoggedQuery

from kalends.actions.bookings.lapse import lapse_holds
from kalends.actions.bookings.series import make_occurrence
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.sites import add_site
from kalends.actions.context import Context, transaction
from kalends.actions.customers.find import list_customers
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.customer import CustomerQuery
from kalends.engine.refusals import Full, Refusal
from kalends.engine.time.span import Span
from kalends.store.db import Db
from kalends.store.distribution import is_distributed
from kalends.store.laws import find_breaches
from tests import pooler
from tests.acts import book_item, request
from tests.world import NOW, World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOON = NOW + HOUR
"""Monday 11:00 in Oslo."""
PATIENCE = 60.0  # seconds, on a machine that has much else to do
HERE = "database = (select oid from pg_database where datname = current_database())"
"""Of locks: others may use the same server."""
ADVISORY_LOCKS = f"select count(*) from pg_locks where locktype = 'advisory' and {HERE}"


def shifted(span: Span, by: timedelta) -> Span:
    """A span as long, so much later."""
    return Span(span.start + by, span.end + by)


def mornings(count: int = 1, after: timedelta = timedelta()) -> tuple[Span, ...]:
    """An hour from soon on, or so much later, on each of some days."""
    return tuple(shifted(Span(SOON, SOON + HOUR), after + turn * DAY) for turn in range(count))


def visit(clinic: World, **fields: Any) -> BookingRequest:
    """Kari's massage with Ada, soon, but for what is said."""
    usual = {"service_id": clinic.massage, "resource_id": clinic.ada, "customer_id": clinic.kari, "starts_at": SOON}
    return request(**{**usual, **fields})


def hour_of(resource_id: int, starts_at: datetime = SOON, **fields: Any) -> BookingRequest:
    """An hour of a resource, without a service and for nobody."""
    return request(**{"resource_id": resource_id, "starts_at": starts_at, "ends_at": starts_at + HOUR, **fields})


def seat(clinic: World, session_id: int, **fields: Any) -> BookingRequest:
    """Kari's seat in a session, but for what is said."""
    return request(**{"session_id": session_id, "customer_id": clinic.kari, **fields})


async def made(clinic: World, wished: BookingRequest, now: datetime | None = None) -> Item:
    """What was wished for, booked."""
    return (await book_item(clinic.ctx(now), wished)).item


async def make_occurrences(ctx: Context, booking_id: int, most: int | None = None) -> int:
    """What is pending of a series (so many of it), made by whoever works on it; answers how many were settled here."""
    pending = "select starts_at from occurrence where booking_id = $1 and outcome = 'pending' order by 1 limit $2"
    settled = 0
    while starts := await ctx.db.fetch(pending, booking_id, None if most is None else most - settled):
        settled += sum([await make_occurrence(ctx, booking_id, start) for (start,) in starts])
    return settled


async def lapse_all(db: Db, now: datetime) -> int:
    """Every hold that is over, expired tree by tree; answers of how many trees. What others use is passed over."""
    trees = 0
    while await lapse_holds(db, now):
        trees += 1
    return trees


async def new_york(clinic: World) -> int:
    """A chair in New York, where clocks go forward two weeks before those of Oslo."""
    place = await add_site(clinic.ctx(), SitePatch(name="Broadway", time_zone="America/New_York"))
    return (await add_resource(clinic.ctx(), ResourcePatch(title="Chair", site_id=place.id))).id


async def is_refused(clinic: World, wished: BookingRequest, by: type[Exception]) -> Any:
    """The refusal, after which there is nothing more in the database than before."""
    before = await counted(clinic)
    with pytest.raises(by) as refused:
        await book_item(clinic.ctx(), wished)
    assert await counted(clinic) == before
    return refused.value


async def refusal(clinic: World, wished: BookingRequest) -> Refusal | None:
    """What the wish is refused with, if it is; nothing is kept of it."""
    try:
        async with transaction(clinic.ctx()) as tx:
            await book_item(tx, wished)
            raise _Undone
    except _Undone:
        return None
    except Refusal as refused:
        return refused


class _Undone(Exception):
    """What was booked is not to be kept."""


async def take(clinic: World, resource_id: int, starts_at: datetime, length: timedelta = HOUR, units: int = 1) -> None:
    """Occupy a resource, where it can be."""
    with suppress(Full):
        await book_item(clinic.ctx(), hour_of(resource_id, starts_at, ends_at=starts_at + length, units=units))


async def found(clinic: World, **query: Any) -> list[int]:
    """The ids of the customers that are asked for."""
    page = await list_customers(clinic.ctx(), CustomerQuery(**query))
    return [customer.id for customer in page.rows]


async def claims(clinic: World, item: Item) -> list[tuple[int, Span, int]]:
    """What an item takes: of which resource, when, how many units."""
    rows = await clinic.db.fetch(
        "select resource_id, lower(span), upper(span), units from claim where account_id = $1 and item_id = $2",
        clinic.account.id,
        item.id,
    )
    return [(resource_id, Span(start, end), units) for resource_id, start, end, units in rows]


async def journal(clinic: World, item: Item) -> list[tuple[str, Any, Any]]:
    """What the journal tells of an item."""
    return await told(clinic, "item", item.id)


async def told(
    house: World | Context, kind: str | None = None, subject_id: int | None = None
) -> list[tuple[str, Any, Any]]:
    """What the journal tells of things (of a kind, or of one), from the first change to the last: the verb, before,
    after."""
    rows = await house.db.fetch(
        """
        select verb, before, after from journal
        where account_id = $1 and kind = coalesce($2, kind) and subject_id = coalesce($3, subject_id) order by id
        """,
        house.account.id,
        kind,
        subject_id,
    )
    return [tuple(row) for row in rows]


async def broken(clinic: World, now: datetime | None = None) -> list[tuple[str, int]]:
    """The laws that `kalends check` finds broken in the clinic, three hours later if nothing is said, and by what."""
    found = find_breaches(clinic.db, now or clinic.now + 3 * HOUR, clinic.account.id)
    return [(finding.law, finding.subject_id) async for finding in found]


async def sent(clinic: World, item: Item | None = None) -> list[str]:
    """The messages about an item, or about all, as `customer email confirmation`."""
    rows = await clinic.db.fetch(
        """
        select concat_ws(' ', audience, channel, template) from outbox
        where account_id = $1 and ($2::bigint is null or item_id = $2) order by id
        """,
        clinic.account.id,
        item.id if item else None,
    )
    return [row[0] for row in rows]


async def until(question: Callable[[], Awaitable[Any]], answer: object) -> None:
    """Wait until the question is answered so."""
    async with asyncio.timeout(PATIENCE):
        while await question() != answer:  # noqa: ASYNC110 (the database sets no event)
            await asyncio.sleep(0.02)


async def needs_one_server(db: Db) -> None:
    """Skip the test where tables are distributed."""
    if await is_distributed(db):
        pytest.skip(
            "a distributed server shows neither who waits on its workers, nor the constraints of triggers there"
        )


async def statements_of(clinic: World, act: Callable[[Context], Awaitable[object]]) -> list[str]:
    """The statements that an action asks, when it is done again: the first time the driver has questions of its own."""
    said: list[LoggedQuery] = []
    assert isinstance(clinic.db, asyncpg.Pool)
    async with clinic.db.acquire() as connection:
        ctx = msgspec.structs.replace(clinic.ctx(), db=connection)
        await act(ctx)
        with connection.query_logger(said.append):
            await act(ctx)
            await asyncio.sleep(0)  # the logger is called from the loop
    asked = [one.query for one in said]
    # Through a pooler each statement has a transaction.
    return [query for query in asked if not query.startswith(("BEGIN", "COMMIT"))] if pooler.WANTED else asked


async def counted(clinic: World) -> dict[str, int]:
    """How many rows of each kind that booking writes the account has."""
    row = await clinic.db.fetchrow(
        """
        select (select count(*) from booking where account_id = $1) as booking,
            (select count(*) from item where account_id = $1) as item,
            (select count(*) from claim where account_id = $1) as claim,
            (select count(*) from customer where account_id = $1) as customer,
            (select count(*) from journal where account_id = $1) as journal,
            (select count(*) from outbox where account_id = $1) as outbox,
            (select count(*) from occurrence where account_id = $1) as occurrence
        """,
        clinic.account.id,
    )
    assert row is not None
    return dict(row)
