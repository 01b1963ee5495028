"""What must be true of the stored data: one SQL file here for each law, named as the law, that finds the exceptions.

Every statement is asked of one account ($1, and $2 the present time where it says so) and answers rows of (account_id,
kind, subject_id, detail). Answers are read as a stream: a broken database may find millions.
"""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec

from kalends.store.db import Db, transaction

_PATIENCE = timedelta(hours=6).total_seconds()
_NOT_A_LAW = re.compile(r"^--.*$", re.MULTILINE)
_OVERFULL = (Path(__file__).parent / "overfull.sql").read_text(encoding="utf-8")


class Finding(msgspec.Struct, frozen=True):
    """One exception to a law."""

    law: str
    account_id: int
    kind: str
    subject_id: int
    detail: str


def load_laws() -> dict[str, str]:
    """The statement of each law, by its name, in the order of the names."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.sql"))}


async def find_breaches(db: Db, now: datetime, account_id: int | None = None) -> AsyncIterator[Finding]:
    """All exceptions to all laws, in one account or in each, in one snapshot."""
    laws = load_laws()
    async with transaction(db) as tx:
        await tx.execute("set transaction isolation level repeatable read read only")
        assert not isinstance(tx, asyncpg.Pool)
        accounts = "select id from account where $1::bigint is null or id = $1 order by id"
        for (each,) in await tx.fetch(accounts, account_id):
            for law, statement in laws.items():
                values = _values(law, statement, each, now)
                async for row in tx.cursor(statement, *values, prefetch=200, timeout=_PATIENCE):
                    yield Finding(law, *row)


async def is_overfull(db: Db, account_id: int, root_id: int, since: datetime) -> bool:
    """Whether more is claimed somewhere in one tree of resources, at some instant from then on, than it can hold."""
    return bool(await db.fetch(_OVERFULL, account_id, root_id, since))


def _values(law: str, statement: str, account_id: int, now: datetime) -> tuple[object, ...]:
    if law == "overfull":
        return account_id, None, None
    return (account_id, now) if "$2" in _NOT_A_LAW.sub("", statement) else (account_id,)
