"""`python -m tests.store.released`: renew what the last release left behind."""

import asyncio
import tempfile
from pathlib import Path

import msgspec
from asyncpg.connection import LoggedQuery

from kalends.store import embedded
from kalends.store.db import open_pool
from kalends.store.migrations import migrate, newest, schema
from tests.store.released import RELEASED, SEPARATOR, STATEMENTS
from tests.store.released.session import work_through
from tests.world import open_clinic

VERSION = f"""
create table schema_version (version integer not null);
insert into schema_version (version) values ({newest()});
"""


async def record(url: str) -> list[str]:
    """The statements of a session of the product, each once. A commit outside a transaction asks `commit_v1`."""
    await migrate(url)
    pool = await open_pool(url, 2, 2)
    logged: list[LoggedQuery] = []
    clinic = await open_clinic(pool)
    async with pool.acquire() as connection:
        with connection.query_logger(logged.append):
            await work_through(msgspec.structs.replace(clinic, db=connection))
            await asyncio.sleep(0)  # the logger is called from the loop
    await pool.close()
    asked = {query.query.strip() for query in logged} | {"select commit_v1($1, $2)"}
    own = [one for one in asked if "pg_catalog" not in one and one.split()[0].lower() in ("select", "insert", "update",
        "delete", "with")]  # fmt: skip
    return sorted(own)


RELEASED.write_text(schema() + VERSION, encoding="utf-8")
with tempfile.TemporaryDirectory() as folder, embedded.running(Path(folder)) as server:
    STATEMENTS.write_text(SEPARATOR.join(asyncio.run(record(server.url()))) + "\n", encoding="utf-8")
