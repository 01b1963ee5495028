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
    """Identifies a request: a key, which is unique within one account, door and caller. It is the client's, preceded by
    what it is limited to, if the door limits it."""

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
    try:
        row = await db.fetchrow(
            "select * from claim_request_v1($1, $2, $3, $4, $5, $6, $7, $8)",
            key.account_id,
            key.door,
            key.caller,
            key.key,
            digest,
            now,
            now - KEPT,
            _LOCK_TIMEOUT,
        )
    except asyncpg.LockNotAvailableError as error:
        raise StillRunning from error
    if row is None:  # deleted just now, as it was a day old
        raise StillRunning
    is_reserved, *stored = row
    return None if is_reserved else StoredAnswer(*stored)


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


async def release_key(db: Db, key: RequestKey) -> None:
    """Give a reserved key back: another request may use it."""
    await db.execute(
        "delete from idempotent_request where account_id = $1 and door = $2 and caller = $3 and key = $4",
        key.account_id,
        key.door,
        key.caller,
        key.key,
    )


async def forget_answers(db: Db, before: datetime) -> None:
    """Delete the answers stored before a time."""
    await db.execute("delete from idempotent_request where created_at < $1", before)
