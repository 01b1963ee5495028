"""The identity providers of accounts."""

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.identity_provider import IdentityProvider
from kalends.store.accounts.accounts import account_of
from kalends.store.db import Db
from kalends.store.rows import columns

_FIND = f"select {columns(Account)}, identity_provider from account where {{}} = $1"


async def find_provider(db: Db, account: str | int) -> tuple[Account, IdentityProvider] | None:
    """Return the account with this slug or id and its provider, or None."""
    row = await db.fetchrow(_FIND.format("slug" if isinstance(account, str) else "id"), account)
    return None if row is None else (account_of(row), msgspec.convert(row["identity_provider"], IdentityProvider))


async def load_provider(db: Db, account_id: int) -> IdentityProvider:
    """Return the account's provider."""
    provider = await db.fetchval("select identity_provider from account where id = $1", account_id)
    return msgspec.convert(provider, IdentityProvider)


async def lock_provider(db: Db, account_id: int) -> IdentityProvider:
    """Lock and return the account's provider. Bookings in the account are not blocked."""
    provider = await db.fetchval("select identity_provider from account where id = $1 for no key update", account_id)
    return msgspec.convert(provider, IdentityProvider)


async def save_provider(db: Db, account_id: int, provider: IdentityProvider) -> None:
    """Replace the account's provider."""
    await db.execute("update account set identity_provider = $2 where id = $1", account_id, provider)
