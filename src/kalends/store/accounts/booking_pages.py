"""The booking pages of accounts."""

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.booking_page import BookingPage
from kalends.store.accounts.accounts import account_of
from kalends.store.db import Db
from kalends.store.rows import columns

_FIND = f"select {columns(Account)}, booking_page from account where slug = $1"


async def find_page(db: Db, slug: str) -> tuple[Account, BookingPage] | None:
    """Return the account with this slug and its booking page, or None."""
    row = await db.fetchrow(_FIND, slug)
    return None if row is None else (account_of(row), msgspec.convert(row["booking_page"], BookingPage))


async def find_active(db: Db, most: int) -> list[str]:
    """The slugs of accounts whose page is active, up to so many."""
    rows = await db.fetch("select slug from account where booking_page @> '{\"active\": true}' limit $1", most)
    return [row["slug"] for row in rows]


async def load_page(db: Db, account_id: int) -> BookingPage | None:
    """Return the account's booking page, or None if there is no such account."""
    page = await db.fetchval("select booking_page from account where id = $1", account_id)
    return None if page is None else msgspec.convert(page, BookingPage)


async def lock_page(db: Db, account_id: int) -> BookingPage | None:
    """Lock and return the booking page, or None. Bookings in the account are not blocked."""
    page = await db.fetchval("select booking_page from account where id = $1 for no key update", account_id)
    return None if page is None else msgspec.convert(page, BookingPage)


async def save_page(db: Db, account_id: int, page: BookingPage) -> None:
    """Replace the account's booking page."""
    await db.execute("update account set booking_page = $2 where id = $1", account_id, page)
