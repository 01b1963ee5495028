"""Calendar feeds, found by the digest of their secret when a calendar program asks."""

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.feed import Feed
from kalends.engine.query import Query
from kalends.store.accounts.accounts import account_of
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column
from kalends.store.rows import columns, fetch_one, reader

_COLUMNS = columns(Feed)
_ACCOUNT_WIDTH = len(Account.__struct_fields__)
_FIELDS = {
    "id": Column("t.id", int),
    "resource_id": Column("t.resource_id", int),
    "site_id": Column("t.site_id", int),
    "user_id": Column("t.user_id", int),
}


async def query_feeds(db: Db, account_id: int, query: Query) -> tuple[list[Feed], int]:
    """Return one page of the feeds of an account, and how many match in all.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return await fetch_page(db, Feed, _FIELDS, query, "from feed t where t.account_id = $1", account_id)


async def find_feed(db: Db, account_id: int, feed_id: int) -> Feed | None:
    """Return one feed, or None."""
    return await fetch_one(
        db, Feed, f"select {_COLUMNS} from feed where account_id = $1 and id = $2", account_id, feed_id
    )


async def lock_feed(db: Db, account_id: int, feed_id: int) -> Feed | None:
    """Lock and return one feed, or None; until the transaction ends nobody else changes it."""
    statement = f"select {_COLUMNS} from feed where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, Feed, statement, account_id, feed_id)


async def set_digest(db: Db, account_id: int, feed_id: int, digest: bytes) -> None:
    """Have a feed be found by this digest alone."""
    await db.execute("update feed set digest = $3 where account_id = $1 and id = $2", account_id, feed_id, digest)


async def remove_feed(db: Db, account_id: int, feed_id: int) -> None:
    """Delete a feed."""
    await db.execute("delete from feed where account_id = $1 and id = $2", account_id, feed_id)


async def find_by_digest(db: Db, digest: bytes) -> tuple[Account, Feed] | None:
    """Return the feed with this SHA-256 digest and its account; None if there is none, or if its user is disabled.

    Raises AccountClosed.
    """
    row = await db.fetchrow(
        f"""
        select {columns(Account, "a")}, {columns(Feed, "f")} from feed f
        join account a on a.id = f.account_id
        left join staff_user u on u.account_id = f.account_id and u.id = f.user_id
        where f.digest = $1 and u.disabled_at is null
        """,
        digest,
    )
    return None if row is None else (account_of(row), reader(Feed, _ACCOUNT_WIDTH)(row))
