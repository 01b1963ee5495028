"""What is asked of Citus when a database is migrated on it: each table goes somewhere, and keeps its foreign keys.

The extension is not at hand; functions of its names write down what they are asked. Whether it then does what it says
is seen on a cluster: `KALENDS_TEST_DATABASE_URL`, docs/scaling.md.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from kalends.store.distribution import DELEGATED, LOCAL, REFERENCE, distribute, is_distributed
from kalends.store.migrations import migrate_on

ASKED = """
    create table asked (what text, name text, by text, beside text);
    create schema citus;
    create view citus.pg_dist_partition as select name::regclass::oid as logicalrelid from public.asked
        where what <> 'function';
    create function citus.create_reference_table(p_table regclass) returns void language sql as
        $$ insert into public.asked values ('reference', p_table) $$;
    create function citus.create_distributed_table(p_table regclass, p_column text, colocate_with text)
        returns void language sql as
        $$ insert into public.asked values ('table', p_table, p_column, colocate_with) $$;
    create function citus.create_distributed_function(
        p_function regprocedure, p_argument text default null, colocate_with text default null)
        returns void language sql as $$
            insert into public.asked
            select 'function', proname, p_argument, colocate_with from pg_proc where oid = p_function $$;
    set search_path = public, citus;
"""
FOREIGN_KEYS = "select conname, pg_get_constraintdef(oid) from pg_constraint where contype = 'f' order by 1"


async def foreign_keys(db: asyncpg.Connection) -> dict[str, str]:
    return dict(tuple(row) for row in await db.fetch(FOREIGN_KEYS))


@pytest.fixture
async def coordinator(empty_database: str) -> AsyncIterator[asyncpg.Connection]:
    """A migrated database in which is written down what Citus is asked."""
    db = await asyncpg.connect(empty_database)
    await migrate_on(db)
    await db.execute(ASKED)
    await db.execute("insert into asked values ('table', 'asked')")
    yield db
    await db.close()


async def test_each_table_is_distributed_by_account_or_copied(coordinator: asyncpg.Connection) -> None:
    with_account = {
        row[0]
        for row in await coordinator.fetch(
            "select table_name::text from information_schema.columns where column_name = 'account_id'"
        )
    }
    tables = await distribute(coordinator)
    asked = await coordinator.fetch("select what, name, by, beside from asked where name <> $1", "asked")
    placed = {name: (what, by, beside) for what, name, by, beside in asked if what != "function"}
    assert placed.keys() == set(tables)
    assert {name for name, (what, *_) in placed.items() if what == "reference"} == set(REFERENCE)
    assert placed.keys() - set(REFERENCE) == with_account - set(REFERENCE) - set(LOCAL)
    assert {how for name, how in placed.items() if name not in {*REFERENCE, "item"}} == {
        ("table", "account_id", "item")
    }
    assert {name for what, name, by, _ in asked if what == "function" and by == "p_account"} == set(DELEGATED)
    assert await distribute(coordinator) == []


async def test_foreign_keys_stay_but_those_of_tokens(coordinator: asyncpg.Connection) -> None:
    before = await foreign_keys(coordinator)
    await distribute(coordinator)
    after = await foreign_keys(coordinator)
    assert after.items() <= before.items()
    assert {name.rpartition("_fkey")[0] for name in before.keys() - after.keys()} == {
        f"access_token_{other}" for other in ("user", "customer", "item", "booking", "device")
    }


async def test_entries_of_the_journal_have_the_transaction_of_their_worker(coordinator: asyncpg.Connection) -> None:
    await distribute(coordinator)
    async with coordinator.transaction():
        [(drawn, own)] = await coordinator.fetch(
            """
            insert into journal (account_id, xid, at, actor, verb, kind, subject_id, revision)
            values (1, '3', now(), 'ada', 'add', 'thing', 1, 1)
            returning xid::text, pg_current_xact_id()::text
            """
        )
    assert drawn == own


async def test_an_ordinary_server_is_not_distributed(coordinator: asyncpg.Connection) -> None:
    assert not await is_distributed(coordinator)
