"""How much room a booking takes, new and when it is long over, and how long an account takes to move."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bench.fill import ITEMS, House, fill, open_house, settle
from bench.report import Figure
from bench.run import Bench
from kalends.actions.accounts.settings import change_settings
from kalends.actions.prune import prune
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.store.account_file.delete import delete_account
from kalends.store.account_file.read import read_account
from kalends.store.account_file.write import read_manifest, write_account
from kalends.store.db import Connection, Pool, open_pool
from kalends.store.laws import find_breaches_in

YEARS_LATER = timedelta(days=2 * 365)
_BYTES = """
    select sum(pg_total_relation_size(oid)) / (select count(*) from item) from pg_class
    where relkind = 'r' and relname in ('booking', 'item', 'claim', 'journal', 'outbox', 'idempotent_request')
    """
_MESSAGES = """
    insert into outbox (account_id, booking_id, item_id, item_revision, customer_id, audience, channel, template,
        locale, data, created_at, state, due_at, finished_at, address, subject, body)
    select account_id, booking_id, id, 0, customer_id, 'customer', 'email', template, 'nb', '{}', created_at, 'sent',
        created_at, created_at, 'kari@example.org', 'Your booking', repeat('You have booked an hour. ', 12)
    from item cross join unnest(array['confirmation', 'reminder']) template
    where account_id = $1
    """


async def measure_sizes(bench: Bench, house: House) -> None:
    """The room of a booking with its item, claims and journal, packed; that of one of which a year has been pruned;
    and the time in which another account moves."""
    pool = await open_pool(bench.url, 1, 2)
    try:
        new = await _bytes_of_each(pool)
        bench.add(Figure("room of a new booking", new, "B", bar=1800, most=True))
        await _measure_move(bench, pool)
        patch = SettingsPatch(account=AccountPatch(policy=PolicyPatch(keep_journal_months=12, keep_messages_months=12)))
        await change_settings(house.ctx(pool), patch)
        while await prune(pool, house.account.id, house.ctx(pool).now + YEARS_LATER):
            pass
        bench.add(
            Figure("room of one that is a year over, pruned", await _bytes_of_each(pool), "B", bar=1200, most=True)
        )
    finally:
        await pool.close()


async def _bytes_of_each(pool: Pool) -> float:
    for table in ("booking", "item", "claim", "journal", "outbox"):
        await pool.execute(f"vacuum full {table}", timeout=600)
    return float(await pool.fetchval(_BYTES))


async def _measure_move(bench: Bench, pool: Pool) -> None:
    """An account with two messages for each item, as `kalends account` moves one: written to a file, deleted, read from
    the file and checked. It is deleted again at last, so that it is not measured with those that stay."""
    house = await open_house(pool, 1)
    await fill(pool, house)
    await pool.execute(_MESSAGES, house.account.id)
    await settle(bench.url)
    with tempfile.TemporaryDirectory() as folder:
        async with pool.acquire() as connection:
            seconds = await _move(connection, house, Path(folder) / "account.zip")
            async with connection.transaction():
                await delete_account(connection, house.account.id)
    deleted = seconds.pop("deleted")
    bench.add(
        *(Figure(f"{ITEMS:,} items {part}", taken, "s") for part, taken in seconds.items()),
        Figure(f"{ITEMS:,} items moved to another server", sum(seconds.values()), "s", bar=10, most=True),
        Figure(f"{ITEMS:,} items deleted", deleted, "s"),
    )


async def _move(connection: Connection, house: House, file: Path) -> dict[str, float]:
    """The seconds of each part of a move."""
    seconds: dict[str, float] = {}

    @contextmanager
    def timed(part: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        seconds[part] = time.perf_counter() - began

    with timed("written to a file"):
        await write_account(connection, house.account.id, house.account.slug, file)
    with timed("deleted"):
        async with connection.transaction():
            await delete_account(connection, house.account.id)
    async with connection.transaction():
        with timed("read from a file"):
            await read_account(connection, file, read_manifest(file), house.account.slug)
        with timed("checked"):
            assert not [
                breach async for breach in find_breaches_in(connection, house.ctx(connection).now, house.account.id)
            ]
    return seconds
