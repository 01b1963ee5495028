"""What an account need not keep any more: counted, and deleted a piece at a time, so that no lock lasts."""

from collections.abc import Mapping
from datetime import datetime

from kalends.engine.accounts.retention import Kept
from kalends.store.db import Db, transaction

PIECE = 5000
"""Rows that are deleted in one transaction."""

# The rows of account $1 that go, if things are kept from $2 on.
_CLAIMS = "claim where account_id = $1 and upper(span) < $2"
_OCCURRENCES = "occurrence where account_id = $1 and ends_at < $2 and outcome in ('made', 'refused', 'withdrawn')"
_MESSAGES = "outbox where account_id = $1 and finished_at < $2 and state <> 'waiting'"
# Of settings and of the catalogue all is kept: it is little, and past claims are explained by it. So is what a webhook
# has still to be told of.
_JOURNAL = """
    journal j where account_id = $1 and at < $2 and kind in ('item', 'session', 'booking', 'customer')
        and not exists (
            select from webhook w where w.account_id = $1 and w.active
                and (split_part(w.position, '-', 1)::xid8, split_part(w.position, '-', 2)::bigint) < (j.xid, j.id))"""
_LOOKED_AT = "customer_read where account_id = $1 and at < $2"
ROWS: Mapping[str, tuple[str, str]] = {
    "claims": ("claims", _CLAIMS),
    "dates of series": ("journal", _OCCURRENCES),
    "messages": ("messages", _MESSAGES),
    "journal entries": ("journal", _JOURNAL),
    "looks at customers": ("journal", _LOOKED_AT),
}
"""By what they are called: the field of `Kept` that says from when on they are kept, and the rows before."""

_UNSEEN = """
    customer c where c.account_id = $1 and c.erased_at is null and c.merged_into_id is null and c.updated_at < $2
        and not exists (
            select from item i where i.account_id = $1 and i.customer_id = c.id
                and (i.ends_at >= $2 or i.created_at >= $2))
        and not exists (
            select from booking b where b.account_id = $1 and b.customer_id = c.id
                and (b.created_at >= $2 or exists (
                    select from occurrence o
                    where o.account_id = $1 and o.booking_id = b.id and o.outcome = 'pending')))
        and not exists (
            select from customer m where m.account_id = $1 and m.merged_into_id = c.id and m.updated_at >= $2)"""


async def count_rows(db: Db, account_id: int, kept: Kept) -> dict[str, int]:
    """How many rows an account need not keep, by what they are called; those of which all are kept are left out."""
    return {
        name: await db.fetchval(f"select count(*) from {rows}", account_id, since)
        for name, (field, rows) in ROWS.items()
        if (since := getattr(kept, field)) is not None
    }


async def delete_piece(db: Db, account_id: int, kept: Kept) -> dict[str, int]:
    """Delete up to PIECE rows of each kind that an account need not keep, and note from when on it has all.

    Returns how many of each were deleted; those of which none was are left out.
    """
    deleted = {}
    async with transaction(db) as tx:
        await tx.execute("select set_config('kalends.prunes', 'on', true)")
        for name, (field, rows) in ROWS.items():
            since: datetime | None = getattr(kept, field)
            if since is None:
                continue
            table = rows.split(maxsplit=1)[0]
            last = "max(xid)" if table == "journal" else "null::xid8"
            statement = f"""
                with gone as (
                    delete from {table} where ctid = any (array(select ctid from {rows} limit {PIECE})) returning *)
                select count(*), {last}::text from gone
                """
            row = await tx.fetchrow(statement, account_id, since)
            if row and row[0]:
                deleted[name] = row[0]
                await _note(tx, account_id, kept, row[1])
    return deleted


async def take_account(db: Db, before: datetime, now: datetime) -> int | None:
    """The id of an open account that was last looked after before a time, if there is one, noting that it is now."""
    account_id: int | None = await db.fetchval(
        """
        update account set pruned_at = $2 where id = (
            select id from account where (pruned_at is null or pruned_at < $1) and closed_at is null
            order by pruned_at nulls first limit 1 for no key update skip locked)
        returning id
        """,
        before,
        now,
    )
    return account_id


async def count_unseen_customers(db: Db, account_id: int, since: datetime) -> int:
    """How many customers `find_unseen_customers` would find."""
    count: int = await db.fetchval(f"select count(*) from {_UNSEEN}", account_id, since)
    return count


async def find_unseen_customers(db: Db, account_id: int, since: datetime, most: int) -> list[int]:
    """Ids of customers who have booked nothing since a time, of whom nothing was changed since, who are not erased yet
    and have nothing to come; the oldest first."""
    statement = f"select c.id from {_UNSEEN} order by c.updated_at, c.id limit $3"
    return [row["id"] for row in await db.fetch(statement, account_id, since, most)]


async def _note(tx: Db, account_id: int, kept: Kept, last_xid: str | None) -> None:
    await tx.execute(
        """
        update account set claims_from = greatest(claims_from, $2), journal_from = greatest(journal_from, $3),
            journal_pruned_xid = greatest(journal_pruned_xid, $4::text::xid8)
        where id = $1
        """,
        account_id,
        kept.claims,
        kept.journal,
        last_xid,
    )
