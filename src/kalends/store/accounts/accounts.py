"""Accounts, their policies, and the details that doors keep for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.accounts.account import Account, Policy, Settings
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns

IS_OPEN = "not exists (select from account closed where closed.id = {}.account_id and closed.closed_at is not null)"
"""SQL: whether the account of the row with that alias is open. Nothing is done for one that is closed."""
_ACCOUNT_COLUMNS = columns(Account)
_SETTINGS_COLUMNS = f"{_ACCOUNT_COLUMNS}, details, created_at, updated_at"
_ACCOUNT_WIDTH = len(Account.__struct_fields__)


class AccountClosed(ConnectionError):
    """The account is closed."""

    def __str__(self) -> str:
        return "The account is closed: it is moving to another server, or has moved."


async def list_accounts(db: Db) -> list[Account]:
    """List all accounts of this installation, by slug, the closed ones too."""
    return [_account(row) for row in await db.fetch(f"select {_ACCOUNT_COLUMNS} from account order by slug")]


async def find_any_account(db: Db, slug: str) -> Account | None:
    """Return the account with this slug, closed or not, or None."""
    row = await db.fetchrow(f"select {_ACCOUNT_COLUMNS} from account where slug = $1", slug)
    return None if row is None else _account(row)


async def close_account(db: Db, account_id: int, now: datetime | None) -> None:
    """Close an account from now on; with None, open it."""
    await db.execute("update account set closed_at = $2 where id = $1", account_id, now)


async def find_account(db: Db, slug: str) -> Account | None:
    """Return the account with this slug, or None. Raises AccountClosed."""
    row = await db.fetchrow(f"select {_ACCOUNT_COLUMNS} from account where slug = $1", slug)
    return None if row is None else account_of(row)


async def lock_account(db: Db, slug: str) -> None:
    """Lock the account with this slug until the transaction ends. Bookings in the account are not blocked."""
    await db.execute("select 1 from account where slug = $1 for no key update", slug)


async def load_account(db: Db, account_id: int) -> Account | None:
    """Return the account with this id, or None. Raises AccountClosed."""
    row = await db.fetchrow(f"select {_ACCOUNT_COLUMNS} from account where id = $1", account_id)
    return None if row is None else account_of(row)


async def add_account(db: Db, account: Account, now: datetime) -> Account:
    """Insert an account; returns it with its id. Raises Duplicate(slug), Invalid(slug: invalid)."""
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
    """Return the account with the details that doors keep for it, or None."""
    row = await db.fetchrow(f"select {_SETTINGS_COLUMNS} from account where id = $1", account_id)
    return None if row is None else _settings(row)


async def lock_settings(db: Db, account_id: int) -> Settings | None:
    """Lock and return the account with its details, or None. Bookings in the account are not blocked."""
    row = await db.fetchrow(f"select {_SETTINGS_COLUMNS} from account where id = $1 for no key update", account_id)
    return None if row is None else _settings(row)


async def save_account(db: Db, account: Account, now: datetime, details: Mapping[str, Any] | None = None) -> None:
    """Replace the fields and policy of an account, and its details unless they are None."""
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
    """Build an account from a row that begins with the columns of `columns(Account)`. Raises AccountClosed."""
    account = _account(row)
    if account.closed_at is not None:
        raise AccountClosed
    return account


def _account(row: Any) -> Account:
    *values, policy, closed_at = row[:_ACCOUNT_WIDTH]
    return Account(*[*values, msgspec.convert(policy, Policy), closed_at])


def _settings(row: Any) -> Settings:
    return Settings(account_of(row), *row[_ACCOUNT_WIDTH:])
