"""Accounts: what they are called, their rules and what doors keep for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.accounts.account import Account, Policy, Settings
from kalends.store.conflicts import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns

_ACCOUNT = columns(Account)
_SETTINGS = f"{_ACCOUNT}, details, created_at, updated_at"
_WIDTH = len(Account.__struct_fields__)


async def list_accounts(db: Db) -> list[Account]:
    """Every account of this installation, in the order of their slugs."""
    return [account_of(row) for row in await db.fetch(f"select {_ACCOUNT} from account order by slug")]


async def find_account(db: Db, slug: str) -> Account | None:
    """The account of that name in URLs."""
    row = await db.fetchrow(f"select {_ACCOUNT} from account where slug = $1", slug)
    return None if row is None else account_of(row)


async def lock_account(db: Db, slug: str) -> None:
    """In a transaction: wait until nobody else describes the account of that name. Bookings go on meanwhile."""
    await db.execute("select 1 from account where slug = $1 for no key update", slug)


async def load_account(db: Db, account_id: int) -> Account | None:
    """The account of that id."""
    row = await db.fetchrow(f"select {_ACCOUNT} from account where id = $1", account_id)
    return None if row is None else account_of(row)


async def add_account(db: Db, account: Account, now: datetime) -> Account:
    """A new account; its id is drawn here. Raises Duplicate(slug), Invalid(slug)."""
    with conflicts():
        account_id = await db.fetchval(
            """
            insert into account (slug, name, time_zone, locale, currency, country, policy, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $8) returning id
            """,
            account.slug,
            account.name,
            account.time_zone,
            account.locale,
            account.currency,
            account.country,
            account.policy,
            now,
        )
    return msgspec.structs.replace(account, id=account_id)


async def load_settings(db: Db, account_id: int) -> Settings | None:
    """The account with what doors keep of it."""
    row = await db.fetchrow(f"select {_SETTINGS} from account where id = $1", account_id)
    return None if row is None else _settings(row)


async def lock_settings(db: Db, account_id: int) -> Settings | None:
    """In a transaction: the same, which nobody else changes until the end. Bookings go on meanwhile."""
    row = await db.fetchrow(f"select {_SETTINGS} from account where id = $1 for no key update", account_id)
    return None if row is None else _settings(row)


async def save_account(db: Db, account: Account, now: datetime, details: Mapping[str, Any] | None = None) -> None:
    """Replace what an account says of itself; without `details` those stay."""
    await db.execute(
        """
        update account set (name, time_zone, locale, currency, country, policy, updated_at, details)
            = ($2, $3, $4, $5, $6, $7, $8, coalesce($9, details))
        where id = $1
        """,
        account.id,
        account.name,
        account.time_zone,
        account.locale,
        account.currency,
        account.country,
        account.policy,
        now,
        details,
    )


def account_of(row: Any) -> Account:
    """From a row that begins with the account's columns; the last of them is the policy, as JSON."""
    *said, policy = row[:_WIDTH]
    return Account(*[*said, msgspec.convert(policy, Policy)])


def _settings(row: Any) -> Settings:
    return Settings(account_of(row), *row[_WIDTH:])
