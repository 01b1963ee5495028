"""Find an account by its slug, and add accounts."""

from datetime import datetime

from kalends.engine.accounts.account import Account, Policy, Settings, SettingsPatch, changed_settings
from kalends.store.accounts import accounts
from kalends.store.db import Db


async def lock_account(db: Db, slug: str) -> Account | None:
    """Lock and return the account with this slug, or None, in a transaction: one `kalends apply` at a time."""
    await accounts.lock_account(db, slug)
    return await accounts.find_account(db, slug)


async def add_account(db: Db, now: datetime, slug: str, patch: SettingsPatch) -> Account:
    """Add an account. Defaults: the slug as name, UTC, `en`, EUR, US. No journal entry is written.

    Raises Duplicate(slug), Invalid(slug: invalid; name: blank; locale, currency, country: invalid; time_zone: unknown;
    verification: not_included; hold_minutes, reminder_days_before, reminder_minute, undo_seconds: out_of_range).
    """
    blank = Account(0, slug, slug, "UTC", "en", "EUR", "US", Policy())
    settings = changed_settings(Settings(blank, {}, now, now), patch)
    return await accounts.add_account(db, settings.account, now)
