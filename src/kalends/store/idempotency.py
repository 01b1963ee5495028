"""Answers to requests that named an idempotency key, kept in the transaction of their effect."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from kalends.store.db import Db

KEPT = timedelta(hours=24)
"""How long an answer is given again; later the key may be used for something else."""
_WAIT = "5s"
"""How long a retry waits for the request that it repeats, while that is still running."""


class RequestKey(msgspec.Struct, frozen=True):
    """What names a request: the client's key, within one account, door and caller."""

    account_id: int
    door: str
    caller: str
    key: str


class StoredAnswer(msgspec.Struct, frozen=True):
    """An answer as it was given. `digest` is that of the request; `headers` are names and values in turn."""

    digest: bytes
    status: int
    headers: Sequence[str]
    media_type: str
    body: bytes


class StillRunning(Exception):
    """The request with this key has not ended yet."""


async def claim_key(db: Db, key: RequestKey, digest: bytes, now: datetime) -> StoredAnswer | None:
    """In a transaction: reserve the key for this request, or find the answer that was given to it.

    Waits for a request with the same key whose transaction is running. None: the key is reserved until the end of the
    transaction, to be completed by `keep_answer`. Raises StillRunning; the transaction can then only be rolled back.
    """
    usual = await db.fetchval("select current_setting('lock_timeout')")
    await _limit_waits(db, _WAIT)
    names = (key.account_id, key.door, key.caller, key.key)
    try:
        reserved = await db.fetchval(
            """
            insert into idempotent_request as r (account_id, door, caller, key, digest, created_at)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (account_id, door, caller, key) do update
            set digest = excluded.digest, status = null, created_at = excluded.created_at where r.created_at < $7
            returning true
            """,
            *names,
            digest,
            now,
            now - KEPT,
        )
    except asyncpg.LockNotAvailableError as error:
        raise StillRunning from error
    await _limit_waits(db, usual)
    if reserved:
        return None
    row = await db.fetchrow(
        """
        select digest, status, headers, media_type, body from idempotent_request
        where account_id = $1 and door = $2 and caller = $3 and key = $4
        """,
        *names,
    )
    if row is None:  # forgotten in this moment, as it was about a day old
        raise StillRunning
    return StoredAnswer(*row)


async def keep_answer(db: Db, key: RequestKey, answer: StoredAnswer) -> None:
    """Complete the reservation of a key with the answer."""
    await db.execute(
        """
        update idempotent_request set status = $5, headers = $6, media_type = $7, body = $8
        where account_id = $1 and door = $2 and caller = $3 and key = $4
        """,
        key.account_id,
        key.door,
        key.caller,
        key.key,
        answer.status,
        answer.headers,
        answer.media_type,
        answer.body,
    )


async def forget_answers(db: Db, before: datetime) -> None:
    """Delete the answers given before."""
    await db.execute("delete from idempotent_request where created_at < $1", before)


async def _limit_waits(db: Db, limit: str) -> None:
    await db.execute("select set_config('lock_timeout', $1, true)", limit)
