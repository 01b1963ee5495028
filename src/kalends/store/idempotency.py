"""Answers to requests with an idempotency key, stored in the same transaction as the effect of the request."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from kalends.store.db import Db

KEPT = timedelta(hours=24)
"""How long a stored answer is returned to retries; after that the key can be used for another request."""
_LOCK_TIMEOUT = "5s"
"""How long a retry waits for the first request while that is still running."""


class RequestKey(msgspec.Struct, frozen=True):
    """Identifies a request: the client's key, which is unique within one account, door and caller."""

    account_id: int
    door: str
    caller: str
    key: str


class StoredAnswer(msgspec.Struct, frozen=True):
    """A stored answer. `digest` is the request's; `headers` alternates names and values."""

    digest: bytes
    status: int
    headers: Sequence[str]
    media_type: str
    body: bytes


class StillRunning(Exception):
    """The first request with this key is still running."""


async def claim_key(db: Db, key: RequestKey, digest: bytes, now: datetime) -> StoredAnswer | None:
    """Reserve the key for this request, in a transaction, or return the answer already stored for it.

    None means that the key is reserved until the end of the transaction; complete it with `keep_answer`. Waits up to
    five seconds for a running request with the same key, then raises StillRunning: the transaction can then only be
    rolled back.
    """
    usual_timeout = await db.fetchval("select current_setting('lock_timeout')")
    await _set_lock_timeout(db, _LOCK_TIMEOUT)
    key_columns = (key.account_id, key.door, key.caller, key.key)
    try:
        reserved = await db.fetchval(
            """
            insert into idempotent_request as r (account_id, door, caller, key, digest, created_at)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (account_id, door, caller, key) do update
            set digest = excluded.digest, status = null, created_at = excluded.created_at where r.created_at < $7
            returning true
            """,
            *key_columns,
            digest,
            now,
            now - KEPT,
        )
    except asyncpg.LockNotAvailableError as error:
        raise StillRunning from error
    await _set_lock_timeout(db, usual_timeout)
    if reserved:
        return None
    row = await db.fetchrow(
        """
        select digest, status, headers, media_type, body from idempotent_request
        where account_id = $1 and door = $2 and caller = $3 and key = $4
        """,
        *key_columns,
    )
    if row is None:  # deleted just now, as it was a day old
        raise StillRunning
    return StoredAnswer(*row)


async def keep_answer(db: Db, key: RequestKey, answer: StoredAnswer) -> None:
    """Store the answer under its reserved key."""
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
    """Delete the answers stored before a time."""
    await db.execute("delete from idempotent_request where created_at < $1", before)


async def _set_lock_timeout(db: Db, limit: str) -> None:
    await db.execute("select set_config('lock_timeout', $1, true)", limit)
