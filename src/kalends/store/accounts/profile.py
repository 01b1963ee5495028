"""Who an account says it is."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.profile import Profile
from kalends.store.db import Db


async def load_profile(db: Db, account_id: int) -> tuple[Profile, datetime] | None:
    """The account's profile, and since when there is the account."""
    row = await db.fetchrow("select profile, created_at from account where id = $1", account_id)
    return None if row is None else (msgspec.convert(row["profile"], Profile), row["created_at"])


async def lock_profile(db: Db, account_id: int) -> Profile | None:
    """In a transaction: the profile, which nobody else changes until the end. Bookings go on meanwhile."""
    found = await db.fetchval("select profile from account where id = $1 for no key update", account_id)
    return None if found is None else msgspec.convert(found, Profile)


async def save_profile(db: Db, account_id: int, profile: Profile, now: datetime) -> None:
    """Replace the account's profile."""
    await db.execute("update account set (profile, updated_at) = ($2, $3) where id = $1", account_id, profile, now)
