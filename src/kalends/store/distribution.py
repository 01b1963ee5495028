"""Distributes the tables over the workers of a Citus cluster, by account: all rows of an account are on one worker.

Accounts, access tokens and the installation are found before anybody knows whose they are, so each worker has a copy of
them (reference tables). A reference table can't refer to a distributed one, so tokens lose those foreign keys.

Citus evaluates defaults on the coordinator, but the feed is read by the order of transactions on the account's worker:
there a trigger draws the transaction of a journal entry.
Source: Citus documentation, "Citus Utility Functions" and "Configuration Reference".
"""

import asyncpg

from kalends.store.db import Db

REFERENCE = ("account", "access_token", "installation")
LOCAL = ("request_count", "schema_version")
"""What only the coordinator has."""
FIRST = "item"
"""The table with which all others are kept together."""
DELEGATED = ("commit_v1", "lock_v1", "check_v1", "lapse_due_v1")
"""Functions that run on the account's worker, in one round trip. What they read and write is of that account."""
# Triggers look at their own row only. The exclusion constraint has the account, in a range that Citus can't read.
SETTINGS = (
    "citus.multi_shard_modify_mode = 'sequential'",
    "citus.enable_unsafe_triggers = on",
    "citus.allow_unsafe_constraints = on",
)


async def is_distributed(db: Db) -> bool:
    """Return whether the database is the coordinator of a Citus cluster."""
    has_citus: bool = await db.fetchval("select exists (select from pg_extension where extname = 'citus')")
    return has_citus


async def distribute(db: asyncpg.Connection) -> list[str]:
    """Distribute the tables that are not yet, in one transaction; returns their names, [] if there are none."""
    async with db.transaction():
        tables = [row[0] for row in await db.fetch(_TABLES, list(LOCAL))]
        if not tables:
            return []
        for setting in SETTINGS:
            await db.execute(f"set local {setting}")
        # A distributed table can't refer to one that is still local, or the other way round.
        foreign_keys = await db.fetch(_FOREIGN_KEYS, tables)
        for table, name, *_ in foreign_keys:
            await db.execute(f"alter table {table} drop constraint {name}")
        if "journal" in tables:
            await db.execute(_DRAW_XID)
        for table in sorted(tables, key=lambda table: table != FIRST):
            await _place(db, table)
        for table, name, definition, other in foreign_keys:
            if table not in REFERENCE or other in REFERENCE:
                await db.execute(f"alter table {table} add constraint {name} {definition}")
        await _place_functions(db)
    return tables


async def _place(db: asyncpg.Connection, table: str) -> None:
    if table in REFERENCE:
        await db.execute("select create_reference_table($1::text::regclass)", table)
    else:
        with_table = "default" if table == FIRST else FIRST
        await db.execute(
            "select create_distributed_table($1::text::regclass, 'account_id', colocate_with => $2)", table, with_table
        )


async def _place_functions(db: asyncpg.Connection) -> None:
    """Make all functions known to the workers, and delegate those that work for one account."""
    for function, name in await db.fetch(_FUNCTIONS):
        if name in DELEGATED:
            await db.execute(
                "select create_distributed_function($1::text::regprocedure, 'p_account', colocate_with => $2)",
                function,
                FIRST,
            )
        else:
            await db.execute("select create_distributed_function($1::text::regprocedure)", function)


_TABLES = """
    select c.relname::text from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and c.relname <> all ($1) and not exists (select from pg_dist_partition d where d.logicalrelid = c.oid)
        and not exists (select from pg_depend where objid = c.oid and deptype = 'e')
    order by 1
"""
_FOREIGN_KEYS = """
    select c.conrelid::regclass::text, c.conname::text, pg_get_constraintdef(c.oid), c.confrelid::regclass::text
    from pg_constraint c
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace and c.conparentid = 0
        and (c.conrelid::regclass::text = any ($1) or c.confrelid::regclass::text = any ($1))
    order by 1, 2
"""
_FUNCTIONS = """
    select p.oid::regprocedure::text, p.proname::text from pg_proc p
    where p.pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
    order by p.oid
"""
_DRAW_XID = """
    create function journal_draws_xid() returns trigger language plpgsql as $$
    begin
        new.xid := pg_current_xact_id();
        return new;
    end $$;
    create trigger journal_xid before insert on journal for each row execute function journal_draws_xid();
"""
