"""What the front desk of the clinic does all day, in few words."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from kalends.actions.bookings import book
from kalends.engine.booking import Item
from kalends.engine.span import Span
from kalends.engine.wish import Wish
from tests.world import NOW, World

HOUR = timedelta(hours=1)
SOON = NOW + HOUR
"""Monday 11:00 in Oslo."""


def wish(clinic: World, **fields: Any) -> Wish:
    """Kari's massage with Ada, soon, but for what is said."""
    usual = {"service_id": clinic.massage, "resource_id": clinic.ada, "customer_id": clinic.kari, "starts_at": SOON}
    return Wish(**{**usual, **fields})


def hour_of(resource_id: int, starts_at: datetime = SOON, **fields: Any) -> Wish:
    """An hour of a resource, without a service and for nobody."""
    return Wish(**{"resource_id": resource_id, "starts_at": starts_at, "ends_at": starts_at + HOUR, **fields})


def seat(clinic: World, session_id: int, **fields: Any) -> Wish:
    """Kari's seat in a session, but for what is said."""
    return Wish(**{"session_id": session_id, "customer_id": clinic.kari, **fields})


async def made(clinic: World, wished: Wish, now: datetime | None = None) -> Item:
    """What was wished for, booked."""
    return (await book(clinic.ctx(now), wished)).item


async def claims(clinic: World, item: Item) -> list[tuple[int, Span, int]]:
    """What an item takes: of which resource, when, how many units."""
    rows = await clinic.db.fetch(
        "select resource_id, lower(span), upper(span), units from claim where account_id = $1 and item_id = $2",
        clinic.account.id,
        item.id,
    )
    return [(resource_id, Span(start, end), units) for resource_id, start, end, units in rows]


async def journal(clinic: World, item: Item) -> list[tuple[str, Any, Any]]:
    """What the journal tells of an item, from the first change to the last: the verb, before, after."""
    rows = await clinic.db.fetch(
        """
        select what, before, after from journal where account_id = $1 and kind = 'item' and subject_id = $2 order by id
        """,
        clinic.account.id,
        item.id,
    )
    return [tuple(row) for row in rows]


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
    async with asyncio.timeout(20):
        while await question() != answer:  # noqa: ASYNC110 (the database sets no event)
            await asyncio.sleep(0.02)


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
