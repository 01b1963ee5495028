"""Find an account by its slug, add accounts, close and open them."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.account import Account, AccountPatch, new_account
from kalends.engine.refusals import NotFound
from kalends.store.accounts import accounts
from kalends.store.db import Db, transaction


async def lock_account(db: Db, slug: str) -> Account | None:
    """Lock and return the account with this slug, or None, in a transaction: one `kalends apply` at a time."""
    await accounts.lock_account(db, slug)
    return await accounts.find_account(db, slug)


async def add_account(db: Db, now: datetime, slug: str, patch: AccountPatch) -> Account:
    """Add an account. Defaults: the slug as name, UTC, `en`, EUR, US. No journal entry is written.

    Raises Duplicate(slug), Invalid(slug: invalid; name: blank; locale, currency, country: invalid; time_zone: unknown;
    verification: not_included; hold_minutes, reminder_days_before, reminder_minute, undo_seconds, keep_*_months:
    out_of_range).
    """
    return await accounts.add_account(db, new_account(slug, patch), now)


async def close_account(db: Db, now: datetime, slug: str) -> Account:
    """Close an account: from the next request on all doors say that it is not available, and nothing is done or sent
    for it. Requests that have begun are finished. No change if it is closed. Raises NotFound(account)."""
    async with transaction(db) as tx:
        account = await _lock_any(tx, slug)
        if account.closed_at is None:
            await accounts.close_account(tx, account.id, now)
            account = msgspec.structs.replace(account, closed_at=now)
        return account


async def open_account(db: Db, slug: str) -> Account:
    """Open an account that was closed, with effect from the next request. Raises NotFound(account)."""
    async with transaction(db) as tx:
        account = await _lock_any(tx, slug)
        await accounts.close_account(tx, account.id, None)
        return account


async def _lock_any(tx: Db, slug: str) -> Account:
    await accounts.lock_account(tx, slug)
    account = await accounts.find_any_account(tx, slug)
    if account is None:
        raise NotFound("account", slug)
    return account
