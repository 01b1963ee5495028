"""Commits change sets: the only way to write what occupies time, through the SQL function `commit_v1`.

It locks the rows concerned in a fixed order (docs/locking.md), checks that the plan still holds and that all claims
fit, and writes the records, claims, journal and messages: one statement, one transaction.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import msgspec
from prometheus_client import Histogram

from kalends.engine.bookings.change_set import Author, ChangeSet
from kalends.engine.conflict import Conflict, InTheWay
from kalends.engine.refusals import Full, NotFound, Refusal, Retired, Stale
from kalends.engine.time.span import Span
from kalends.store.constraints import conflicts
from kalends.store.db import Db, committed, is_in_transaction
from kalends.store.turns import turns

SECONDS = Histogram(
    "kalends_commit_seconds",
    "How long the commit of a change took, with waiting for its locks.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


class ClaimInTheWay(msgspec.Struct, frozen=True):
    """A claim, of an item or a session, that conflicts with another; both may be in the same change set."""

    starts_at: datetime
    ends_at: datetime
    resource_id: int
    item_id: int | None = None
    session_id: int | None = None


class NamedConflict(msgspec.Struct, frozen=True):
    """A conflict as `commit_v1` returns it; see engine.conflict.Conflict."""

    what: str
    which: int
    item_id: int | None = None
    session_id: int | None = None
    in_the_way: tuple[ClaimInTheWay, ...] = ()


class CommitRefusal(msgspec.Struct, frozen=True):
    """Why nothing was written. `count` is the number of all conflicts, `conflicts` has the first 5."""

    refusal: str
    what: str = ""
    which: int | None = None
    count: int = 0
    conflicts: tuple[NamedConflict, ...] = ()


async def commit(db: Db, account_id: int, change_set: ChangeSet) -> None:
    """Write a change set as a whole, or raise a refusal and write nothing.

    One round trip. Inside a transaction the locks stay until its end; a refusal leaves none.

    Raises Stale (read and plan again), Full, NotFound(customer, resource, session, service, booked_by_customer),
    Retired(resource), Duplicate(a field of a customer), Invalid(ends_at: before_start), CommitLost.
    """
    statement = "select commit_nested_v1($1, $2)" if is_in_transaction(db) else "select commit_v1($1, $2)"
    async with turns(db, account_id, _contended_rows(change_set)):
        with SECONDS.time(), conflicts():
            answer = await committed(db, statement, account_id, change_set)
    if answer is not None:
        raise _refusal(msgspec.convert(answer, CommitRefusal), change_set)


async def check(db: Db, account_id: int, change_set: ChangeSet, *, released: Collection[int] = ()) -> None:
    """Raise what `commit` would refuse a change set of new records with, and write nothing; it may be otherwise by the
    time of the commit, as nothing is locked. What the items `released` claim counts as free.

    Raises Stale (read and plan again), Full, NotFound(resource), Retired(resource).
    """
    (refusal,) = await check_each(db, account_id, [change_set], released=released)
    if refusal is not None:
        raise refusal


async def check_each(
    db: Db, account_id: int, change_sets: Sequence[ChangeSet], *, released: Collection[int] = ()
) -> list[Refusal | None]:
    """For each of these change sets, had it come alone, what `check` raises, or None. One round trip."""
    if released:
        change_sets = [msgspec.structs.replace(each, released=tuple(released)) for each in change_sets]
    rows = await db.fetch(
        """
        select check_v1($1, change) from jsonb_array_elements($2) with ordinality as listed (change, nr) order by nr
        """,
        account_id,
        list(change_sets),
    )
    return [
        None if answer is None else _refusal(msgspec.convert(answer, CommitRefusal), change_set)
        for (answer,), change_set in zip(rows, change_sets, strict=True)
    ]


async def lock(
    db: Db,
    account_id: int,
    now: datetime,
    items: Sequence[int] = (),
    resources: Sequence[int] = (),
    sessions: Sequence[int] = (),
) -> int:
    """In a transaction: lock these items and sessions, and the trees of these resources and of all that they claim.

    Holds among them that end by `now` expire. Returns how many of the items did.
    """
    expired: int = await db.fetchval(
        "select lock_v1($1, $2, $3, $4, $5)", account_id, now, list(items), list(resources), list(sessions)
    )
    return expired


async def rescale_blocks(db: Db, account_id: int, resource_id: int) -> None:
    """After a change of a resource's capacity: set the units of claims by blocks and sessions to the new capacity.

    Runs in a transaction that has locked the resource's tree. It does not check whether all claims still fit.
    """
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


async def rescale_items(db: Db, account_id: int, resource_id: int, before: int = 1, after: int = 1) -> None:
    """In a transaction that has locked its tree, after services take other units of a resource than they did: claims of
    their items take as many. Claims of other items keep their share when its capacity changed from `before` to `after`.
    Whether it all still fits is not asked."""
    await db.execute(
        """
        update claim c set units = case when o.service_id is null
            then ceil(c.units::numeric * $4::integer / $3::integer)::integer
            else i.units * coalesce(o.resource_units, 1) end
        from item i
        left join service_resource o
            on o.account_id = $1 and o.service_id = i.service_id and o.resource_id = i.resource_id
        where c.account_id = $1 and c.resource_id = $2 and i.account_id = $1 and i.id = c.item_id
            and i.kind = 'appointment' and i.resource_id = $2
        """,
        account_id,
        resource_id,
        max(before, 1),
        max(after, 1),
    )


async def sync_exclusive(db: Db, account_id: int, resource_id: int, now: datetime) -> None:
    """After `rescale_blocks`: put claims under the exclusion constraint, or out of it, by the resource's new capacity.

    All claims that end after `now` are known to fit. Earlier ones may have shared the resource and stay as they are.
    """
    await db.execute(
        """
        update claim c set exclusive = not c.exclusive from resource r
        where c.account_id = $1 and c.resource_id = $2 and r.account_id = $1 and r.id = $2 and upper(c.span) > $3
            and c.exclusive <> (r.capacity = 1 and not c.overlap_allowed)
        """,
        account_id,
        resource_id,
        now,
    )


async def follow_blocks(db: Db, account_id: int, author: Author, resource_id: int) -> None:
    """Have blocks of whole sites take a resource that has come to stand there.

    They let go of one that stands there no longer or is inactive. Call it in a transaction that has locked the sites
    concerned and, unless the resource is new, its tree.
    """
    await db.execute("select follow_blocks_v1($1, $2, $3)", account_id, author, resource_id)


def _contended_rows(change_set: ChangeSet) -> Iterator[tuple[str, int]]:
    """The rows that other commits are likely to lock, too, as (kind, id)."""
    yield from (("session", session.id) for session in change_set.sessions)
    yield from (("session", item.session_id) for item in change_set.items if item.session_id is not None)
    yield from (("tree", root) for root in change_set.trees)


def _refusal(answer: CommitRefusal, change_set: ChangeSet) -> Refusal:
    if answer.refusal == "stale":
        return Stale()
    if answer.refusal == "retired":
        return Retired(answer.what)
    if answer.refusal == "not_found":
        return NotFound(answer.what, answer.which)
    first = answer.conflicts[0]
    spans = [Span(claim.starts_at, claim.ends_at) for claim in first.in_the_way]
    requested_ids = {item.id for item in change_set.items} | {session.id for session in change_set.sessions}
    by_itself = bool(spans) and all((claim.item_id or claim.session_id) in requested_ids for claim in first.in_the_way)
    conflicts = tuple(map(_conflict, answer.conflicts))
    return Full(first.what, first.which, spans, conflicts=conflicts, count=answer.count, by_itself=by_itself)


def _conflict(conflict: NamedConflict) -> Conflict:
    in_the_way = tuple(
        InTheWay(Span(claim.starts_at, claim.ends_at), claim.resource_id, claim.item_id, claim.session_id)
        for claim in conflict.in_the_way
    )
    return Conflict(conflict.what, conflict.which, in_the_way, conflict.item_id, conflict.session_id)
