"""The guard's one door: everything that occupies time is written here, through the SQL function `place`.

`place` locks the roots of the trees and the sessions touched in ascending order, lapses holds that are over, checks the
shares along every path of the tree, inserts, and leaves the journal and the outbox: one statement, one transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from prometheus_client import Histogram

from kalends.engine.change import ChangeSet
from kalends.engine.refusals import Full, NotFound, Refusal, Retired, Stale
from kalends.engine.span import Span
from kalends.store.conflicts import conflicts
from kalends.store.db import Db, transaction

SECONDS = Histogram(
    "kalends_claim_seconds",
    "How long the guard took, with waiting for its locks.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


class _No(msgspec.Struct, frozen=True):
    refusal: str
    what: str = ""
    which: int | None = None
    in_the_way: tuple[tuple[datetime, datetime], ...] = ()


async def place(db: Db, account_id: int, change: ChangeSet) -> None:
    """Keep a change whole, or raise its refusal and keep none of it.

    Raises Full, NotFound, Retired, Stale, Duplicate. One round trip; in a transaction its locks stay until the end.
    """
    with SECONDS.time(), conflicts():
        answer = await db.fetchval("select place($1, $2)", account_id, change)
    if answer is not None:
        raise _refusal(answer)


async def lock(
    db: Db,
    account_id: int,
    now: datetime,
    items: Sequence[int] = (),
    resources: Sequence[int] = (),
    sessions: Sequence[int] = (),
) -> int:
    """In a transaction: wait until nobody else changes these items, nor what they occupy, nor these others.

    What of all that was held until `now` or before is expired then; answers how many of the items were.
    """
    lapsed: int = await db.fetchval(
        "select lapse_items($1, $2, $3), guard_lapse($1, $2, $4, $5) from guard_lock($1, $3, $4, $5)",
        account_id,
        now,
        list(items),
        list(resources),
        list(sessions),
    )
    return lapsed


async def recount(db: Db, account_id: int, resource_id: int) -> None:
    """In a transaction that holds its lock, after a resource got another capacity: what took the whole takes the new
    whole. Whether it all still fits is not asked."""
    await db.execute(
        """
        update claim c set units = greatest(r.capacity, 1) from resource r
        where c.account_id = $1 and c.resource_id = $2 and r.account_id = $1 and r.id = $2
            and (c.session_id is not null
                or exists (select from item i where i.account_id = $1 and i.id = c.item_id and i.kind = 'block'))
        """,
        account_id,
        resource_id,
    )


async def fence(db: Db, account_id: int, resource_id: int, now: datetime) -> None:
    """After `recount`, when all that is claimed from `now` on is known to fit: the constraint guards it as the capacity
    says. What is over by then may have shared the resource, so it stays as it is."""
    await db.execute(
        """
        update claim c set exclusive = not c.exclusive from resource r
        where c.account_id = $1 and c.resource_id = $2 and r.account_id = $1 and r.id = $2 and upper(c.span) > $3
            and c.exclusive <> (r.capacity = 1 and not is_forced($1, c.item_id, c.session_id))
        """,
        account_id,
        resource_id,
        now,
    )


async def lapse(db: Db, now: datetime, most: int = 1000) -> int:
    """Expire up to `most` holds that are over, account by account under the guard's locks; answers how many."""
    due = await db.fetch(
        """
        select account_id, array_agg(id) as items from (
            select account_id, id from item
            where state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation') and expires_at <= $1
            order by expires_at limit $2
        ) due group by account_id
        """,
        now,
        most,
    )
    lapsed = 0
    for account_id, items in due:
        async with transaction(db) as tx:
            lapsed += await lock(tx, account_id, now, items)
    return lapsed


def _refusal(answer: Any) -> Refusal:
    no = msgspec.convert(answer, _No, strict=False)
    if no.refusal == "stale":
        return Stale()
    if no.refusal == "retired":
        return Retired(no.what)
    if no.refusal == "not_found":
        return NotFound(no.what, no.which)
    return Full(no.what, no.which, [Span(start, end) for start, end in no.in_the_way])
