"""Accounts: found by their names in URLs, and made."""

from datetime import datetime

from kalends.engine.accounts.account import Account, Policy, Settings, SettingsPatch, changed_settings
from kalends.store.accounts import accounts
from kalends.store.db import Db


async def lock_account(db: Db, slug: str) -> Account | None:
    """In a transaction: the account of that slug, which nobody else describes until the end, or None."""
    await accounts.lock_account(db, slug)
    return await accounts.find_account(db, slug)


async def add_account(db: Db, now: datetime, slug: str, patch: SettingsPatch) -> Account:
    """A new account; what the patch leaves is as usual: UTC, English, euros. Nobody is named for it in the journal.

    Raises Duplicate(slug), Invalid(slug) and as engine.accounts.account.check_account does.
    """
    blank = Account(0, slug, slug, "UTC", "en", "EUR", "US", Policy())
    wanted = changed_settings(Settings(blank, {}, now, now), patch)
    return await accounts.add_account(db, wanted.account, now)
