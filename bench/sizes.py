"""How much room a booking takes, new and when it is long over, and how long its account takes as a file."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.fill import ITEMS, House
from bench.report import Figure
from bench.run import Bench
from kalends.actions.accounts.settings import change_settings
from kalends.actions.prune import prune
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.store.account_file.delete import delete_account
from kalends.store.account_file.read import read_account
from kalends.store.account_file.write import read_manifest, write_account
from kalends.store.db import Pool, open_pool

YEARS_LATER = timedelta(days=2 * 365)
_BYTES = """
    select sum(pg_total_relation_size(oid)) / (select count(*) from item) from pg_class
    where relkind = 'r' and relname in ('booking', 'item', 'claim', 'journal', 'outbox', 'idempotent_request')
    """


async def measure_sizes(bench: Bench, house: House) -> None:
    """The room of a booking with its item, claims and journal, packed; that of one of which a year has been pruned;
    and the time of a move: the account is written to a file, deleted, and read again."""
    pool = await open_pool(bench.url, 1, 2)
    try:
        new = await _bytes_of_each(pool)
        bench.add(Figure("room of a new booking", new, "B", bar=1800, most=True))
        bench.add(*await _moved(pool, house))
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


async def _moved(pool: Pool, house: House) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "account.zip"
        async with pool.acquire() as connection:
            began = time.perf_counter()
            await write_account(connection, house.account.id, house.account.slug, file)
            written = time.perf_counter()
            async with connection.transaction():
                await delete_account(connection, house.account.id)
            deleted = time.perf_counter()
            async with connection.transaction():
                await read_account(connection, file, read_manifest(file), house.account.slug)
            read = time.perf_counter()
    return [
        Figure(f"{ITEMS:,} items written to a file and read", written - began + read - deleted, "s", bar=10, most=True),
        Figure(f"{ITEMS:,} items deleted", deleted - written, "s"),
    ]
