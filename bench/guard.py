"""What the commit of one booking costs the database, against the leanest guarded booking that PostgreSQL can do.

The leanest is one table with one exclusion constraint, written by a function that takes an advisory lock, looks for
an overlap and inserts. Both are asked by the same clients, in turn, with synchronous_commit off; what is compared is
the CPU time of their backends, as Linux counts it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from bench.fill import NOW, House
from kalends.actions.bookings.book import book
from kalends.engine.bookings.change_set import ChangeSet
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.store.db import Pool, open_pool

CLIENTS, WARM_UP, ROUNDS, EACH = 4, 50, 6, 200
HOUR = timedelta(hours=1)
FIRST_ID = 2_000_000_000
_LEAN = """
    drop table if exists lean;
    create table lean (
        account_id bigint not null, resource_id bigint not null, item_id bigint not null, span tstzrange not null,
        exclude using gist (
            int8range(account_id, account_id, '[]') with &&, int8range(resource_id, resource_id, '[]') with &&,
            span with &&));
    insert into lean select account_id, resource_id, item_id, span from claim where item_id is not null;
    create or replace function lean_book(p_account bigint, p_resource bigint, p_item bigint, p_span tstzrange)
    returns boolean language plpgsql as $$
    begin
        perform pg_advisory_xact_lock(p_resource);
        if exists (
            select from lean where int8range(account_id, account_id, '[]') && int8range(p_account, p_account, '[]')
                and int8range(resource_id, resource_id, '[]') && int8range(p_resource, p_resource, '[]')
                and span && p_span)
        then
            return false;
        end if;
        insert into lean values (p_account, p_resource, p_item, p_span);
        return true;
    end $$;
    """

Act = Callable[[asyncpg.Connection, int], Awaitable[None]]


async def milliseconds(pool: Pool, url: str, house: House, base: datetime) -> tuple[float, float]:
    """Milliseconds of CPU per committed booking and per leanest booking; from `base` on nothing is booked yet."""
    await pool.execute(_LEAN)
    change = await _recorded(pool, house, base)
    clients = await open_pool(_async_commit(url), CLIENTS, CLIENTS)
    taken = {"commit": 0.0, "lean": 0.0}

    async def commit(db: asyncpg.Connection, nr: int) -> None:
        assert await db.fetchval("select commit_v1($1, $2)", house.account.id, _varied(change, house, base, nr)) is None

    async def lean(db: asyncpg.Connection, nr: int) -> None:
        starts = base + nr // len(house.resources) * HOUR
        span = asyncpg.Range(starts, starts + HOUR)
        resource = house.resources[nr % len(house.resources)]
        assert await db.fetchval("select lean_book($1, $2, $3, $4)", house.account.id, resource, nr, span)

    try:
        connections: list[Any] = [await clients.acquire() for _ in range(CLIENTS)]
        acts: dict[str, Act] = {"commit": commit, "lean": lean}
        for turn in range(ROUNDS + 1):
            each = EACH if turn else WARM_UP
            for name, act in acts.items():
                spent = await _spent(connections, act, each)
                if turn:
                    taken[name] += spent * 1000 / (ROUNDS * EACH * CLIENTS)
    finally:
        clients.terminate()
    return taken["commit"], taken["lean"]


def _async_commit(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}synchronous_commit=off"


async def _recorded(pool: Pool, house: House, base: datetime) -> ChangeSet:
    """The change set of a booking, as a door makes it."""
    logged: list[Any] = []
    async with pool.acquire() as connection:
        with connection.query_logger(logged.append):
            line = RequestedLine(
                starts_at=base - HOUR, service_id=house.service, resource_id=house.resources[0], title="Bench"
            )
            asked = BookingRequest(lines=(line,), customer_id=house.customers[0])
            await book(house.ctx(connection, NOW), asked)
            await asyncio.sleep(0)  # the logger is called from the loop
    change: ChangeSet = next(query.args[1] for query in logged if "commit" in query.query)
    return change


_next = iter(range(10**9))


def _varied(change: ChangeSet, house: House, base: datetime, nr: int) -> ChangeSet:
    """The change again, on another resource and at another time, with ids of its own."""
    starts, resource = base + nr // len(house.resources) * HOUR, house.resources[nr % len(house.resources)]
    customer, new_id = house.customers[nr % len(house.customers)], FIRST_ID + nr
    uid = str(UUID(int=new_id))
    booking = msgspec.structs.replace(change.bookings[0], id=new_id, uid=uid, customer_id=customer)
    item = msgspec.structs.replace(
        change.items[0],
        id=new_id,
        booking_id=new_id,
        resource_id=resource,
        customer_id=customer,
        starts_at=starts,
        ends_at=starts + HOUR,
    )
    claim = msgspec.structs.replace(
        change.claims[0], item_id=new_id, resource_id=resource, starts_at=starts, ends_at=starts + HOUR
    )
    return msgspec.structs.replace(change, bookings=(booking,), items=(item,), claims=(claim,))


async def _spent(connections: list[Any], act: Act, each: int) -> float:
    """Seconds of CPU that the backends took while every client acted so many times."""
    pids = [connection.get_server_pid() for connection in connections]
    numbers = [[next(_next) for _ in range(each)] for _ in connections]
    before = sum(map(_cpu, pids))

    async def client(connection: Any, own: list[int]) -> None:
        for nr in own:
            await act(connection, nr)

    await asyncio.gather(*(client(one, own) for one, own in zip(connections, numbers, strict=True)))
    return sum(map(_cpu, pids)) - before


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has had."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
