"""Invariants of the stored data, called laws. Each SQL file here is one law and selects its violations.

Every statement runs for one account ($1; $2 is the present time where a law needs it) and returns rows of (account_id,
kind, subject_id, detail). Rows are read as a stream, as a broken database may have millions of violations.
"""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec

from kalends.store.db import Db, transaction

_TIMEOUT = timedelta(hours=6).total_seconds()
_COMMENT = re.compile(r"^--.*$", re.MULTILINE)
_OVERFULL = (Path(__file__).parent / "overfull.sql").read_text(encoding="utf-8")


class Finding(msgspec.Struct, frozen=True):
    """One violation of a law: the subject (its kind and id), and a detail that check.LAWS puts into words."""

    law: str
    account_id: int
    kind: str
    subject_id: int
    detail: str


def load_laws() -> dict[str, str]:
    """Read the statement of each law, by name, sorted."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.sql"))}


async def find_breaches(db: Db, now: datetime, account_id: int | None = None) -> AsyncIterator[Finding]:
    """Yield all violations of all laws, in one account or in all (None), from one snapshot of the database."""
    async with transaction(db) as tx:
        await tx.execute("set transaction isolation level repeatable read read only")
        select_ids = "select id from account where $1::bigint is null or id = $1 order by id"
        for (checked_id,) in await tx.fetch(select_ids, account_id):
            async for finding in find_breaches_in(tx, now, checked_id):
                yield finding


async def find_breaches_in(tx: Db, now: datetime, account_id: int) -> AsyncIterator[Finding]:
    """In a transaction: yield all violations of all laws in one account."""
    assert not isinstance(tx, asyncpg.Pool)
    for law, statement in load_laws().items():
        parameters = _parameters(law, statement, account_id, now)
        async for row in tx.cursor(statement, *parameters, prefetch=200, timeout=_TIMEOUT):
            yield Finding(law, *row)


async def is_overfull(db: Db, account_id: int, root_id: int, since: datetime) -> bool:
    """Return whether claims exceed the capacity of any resource in a tree at any instant after `since`."""
    return bool(await db.fetch(_OVERFULL, account_id, root_id, since))


def _parameters(law: str, statement: str, account_id: int, now: datetime) -> tuple[object, ...]:
    if law == "overfull":
        return account_id, None, None
    return (account_id, now) if "$2" in _COMMENT.sub("", statement) else (account_id,)
