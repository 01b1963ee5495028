"""Accounts, and their keys by digest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.policy import Account, Policy, Settings
from kalends.store.conflicts import conflicts
from kalends.store.db import Db, build, columns

_ACCOUNT = columns(Account)
_SETTINGS = f"{_ACCOUNT}, details, created_at, updated_at"
_WIDTH = len(Account.__struct_fields__)


class KeyRow(msgspec.Struct, frozen=True):
    """A key without its secret; `site_ids` None means every site."""

    account_id: int
    id: int
    door: str
    name: str
    site_ids: frozenset[int] | None
    created_at: datetime
    revoked_at: datetime | None


async def find_account(db: Db, slug: str) -> Account | None:
    """The account of that name in URLs."""
    row = await db.fetchrow(f"select {_ACCOUNT} from account where slug = $1", slug)
    return None if row is None else _account(row)


async def lock_account(db: Db, slug: str) -> None:
    """In a transaction: wait until nobody else describes the account of that name. Bookings go on meanwhile."""
    await db.execute("select 1 from account where slug = $1 for no key update", slug)


async def load_account(db: Db, account_id: int) -> Account | None:
    """The account of that id."""
    row = await db.fetchrow(f"select {_ACCOUNT} from account where id = $1", account_id)
    return None if row is None else _account(row)


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


async def find_key(db: Db, digest: bytes) -> tuple[KeyRow, Account] | None:
    """The key with this SHA-256 digest, unless it is revoked, and its account, in one select: every request asks."""
    row = await db.fetchrow(
        f"""
        select {columns(Account, "a")}, {columns(KeyRow, "k")}
        from key k join account a on a.id = k.account_id where k.digest = $1 and k.revoked_at is null
        """,
        digest,
    )
    if row is None:
        return None
    return _key(row[_WIDTH:]), _account(row)


async def list_keys(db: Db, account_id: int) -> list[KeyRow]:
    """All keys of an account, the oldest first, the revoked ones too."""
    rows = await db.fetch(f"select {columns(KeyRow)} from key where account_id = $1 order by id", account_id)
    return [_key(row) for row in rows]


async def add_key(db: Db, key: KeyRow, digest: bytes) -> KeyRow:
    """A new key; its id is drawn here."""
    key_id = await db.fetchval(
        """
        insert into key (account_id, door, name, digest, site_ids, created_at) values ($1, $2, $3, $4, $5, $6)
        returning id
        """,
        key.account_id,
        key.door,
        key.name,
        digest,
        None if key.site_ids is None else sorted(key.site_ids),
        key.created_at,
    )
    return msgspec.structs.replace(key, id=key_id)


async def revoke_key(db: Db, key_id: int | None, digest: bytes, now: datetime) -> bool:
    """Take back the key with this id or digest; was there one that was valid?"""
    row = await db.fetchrow(
        "update key set revoked_at = $3 where (id = $1 or digest = $2) and revoked_at is null returning id",
        key_id,
        digest,
        now,
    )
    return row is not None


def _account(row: Any) -> Account:
    """From a row that begins with the account's columns; the last of them is the policy, as JSON."""
    *said, policy = row[:_WIDTH]
    return Account(*[*said, msgspec.convert(policy, Policy)])


def _settings(row: Any) -> Settings:
    return Settings(_account(row), *row[_WIDTH:])


def _key(row: Any) -> KeyRow:
    key = build(KeyRow, row)
    return key if key.site_ids is None else msgspec.structs.replace(key, site_ids=frozenset(key.site_ids))
