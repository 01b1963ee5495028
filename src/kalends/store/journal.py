"""Journal entries of records that are not written with `commit.commit`: catalogue, settings, users, webhooks; and
entries of all kinds as they are looked through."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from kalends.engine.bookings.change_set import Change, JournalEntry
from kalends.engine.journal import JournalPage, JournalQuery
from kalends.store.bookings.items import AT_SITES, RESOURCE_AT_SITES
from kalends.store.changes import CHANGE, xid_and_id
from kalends.store.db import Db

MOST_LOOKED_AT = 10_000
"""Entries that are looked at for one page."""
LONGEST_TRANSACTION = timedelta(hours=1)
"""How much later than another an entry can stand that happened before it: entries are in the order of transactions."""
_END = "18446744073709551615-9223372036854775807"

_ENTRIES = """
    select * from journal
    where account_id = $1 and (xid, id) < ($2::text::xid8, $3::bigint) and ($4::timestamptz is null or at < $4) {}
    order by xid desc, id desc"""
_OF_ANYTHING, _OF_SUBJECT = _ENTRIES.format(""), _ENTRIES.format("and kind = $5 and subject_id = $6")
# Whether an entry of account $1 is about something at one of the sites {0}, or that belongs to all of them.
_SEEN_AT_SITES = f"""
    case kind
        when 'item' then exists (
            select from item i where i.account_id = $1 and i.id = subject_id and {AT_SITES})
        when 'booking' then exists (
            select from item i where i.account_id = $1 and i.booking_id = subject_id and {AT_SITES})
        when 'session' then exists (
            select from group_session s where s.account_id = $1 and s.id = subject_id
                and (s.resource_id is null or {RESOURCE_AT_SITES.format("{0}", "s.resource_id")}))
        when 'resource' then {RESOURCE_AT_SITES.format("{0}", "subject_id")}
        when 'site' then subject_id = any ({{0}})
        else kind in ('customer', 'customer_group', 'customer_case', 'service', 'custom_field', 'category') end
"""


async def add_entry(db: Db, account_id: int, entry: JournalEntry) -> None:
    """Write a journal entry with the next revision number of its subject, which the transaction must have locked."""
    await db.execute(
        """
        insert into journal (account_id, at, actor, door, verb, kind, subject_id, revision, before, after,
            request_id)
        select $1, n.at, n.actor, n.door, n.verb, n.kind, n.subject_id, coalesce((
            select max(j.revision) + 1 from journal j
            where j.account_id = $1 and j.kind = n.kind and j.subject_id = n.subject_id), 0),
            n.before, n.after, n.request_id
        from jsonb_populate_record(null::journal, $2) n
        """,
        account_id,
        entry,
    )


async def query_entries(
    db: Db,
    account_id: int,
    query: JournalQuery,
    limit: int,
    *,
    hidden_kinds: Sequence[str] = (),
    site_ids: Collection[int] | None = None,
) -> JournalPage:
    """Return up to `limit` entries, the newest first; those of hidden kinds, and at other sites, are left out.

    A page looks at MOST_LOOKED_AT entries. Raises ValueError for a malformed position.
    """
    before = xid_and_id(query.before) if query.before else await _end(db, account_id, query.until)
    values = [account_id, *before, query.until, query.kind, query.subject_id]
    looked_at = _OF_SUBJECT if query.subject_id is not None else _OF_ANYTHING
    seen = "true" if site_ids is None else _SEEN_AT_SITES.format("$12::bigint[]")
    rows = await db.fetch(
        f"""
        select {CHANGE} from ({looked_at} limit {MOST_LOOKED_AT}) j
        where ($5::text is null or kind = $5) and ($6::bigint is null or subject_id = $6)
            and ($7::timestamptz is null or at >= $7) and ($8::text is null or actor = $8)
            and ($9::text is null or door = $9) and ($10::text is null or verb = $10) and kind <> all ($11::text[])
            and ($12::bigint[] is null or {seen})
        order by xid desc, id desc limit $13
        """,
        *values,
        query.since,
        query.actor,
        query.door,
        query.verb,
        hidden_kinds,
        None if site_ids is None else list(site_ids),
        limit + 1,
    )
    entries = [Change(*row) for row in rows[:limit]]
    rest = entries[-1].position if len(rows) > limit else await _rest(db, query, looked_at, values)
    return JournalPage(entries, rest)


async def _end(db: Db, account_id: int, until: datetime | None) -> tuple[str, int]:
    """A position before which all entries stand that happened before a time; None is the end of all."""
    if until is None:
        return xid_and_id(_END)
    end = "select journal_end_v1($1, $2, $3)::text"
    xid: str | None = await db.fetchval(end, account_id, until, LONGEST_TRANSACTION)
    return xid or "0", 0


async def _rest(db: Db, query: JournalQuery, looked_at: str, values: Sequence[Any]) -> str | None:
    """The position of the last entry that was looked at; None if all were that could match."""
    last = await db.fetchrow(
        f"select xid::text || '-' || id, at from ({looked_at} offset {MOST_LOOKED_AT - 1} limit 1) j",
        *values[: 6 if looked_at is _OF_SUBJECT else 4],
    )
    if last is None or (query.since is not None and last[1] + LONGEST_TRANSACTION < query.since):
        return None
    position: str = last[0]
    return position
