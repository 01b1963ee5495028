"""The account's profile: name, address and bank as its customers see them."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.profile import Profile
from kalends.store.db import Db


async def load_profile(db: Db, account_id: int) -> tuple[Profile, datetime] | None:
    """Return the account's profile and when the account was created, or None."""
    row = await db.fetchrow("select profile, created_at from account where id = $1", account_id)
    return None if row is None else (msgspec.convert(row["profile"], Profile), row["created_at"])


async def lock_profile(db: Db, account_id: int) -> Profile | None:
    """Lock and return the profile, or None. Bookings in the account are not blocked."""
    profile = await db.fetchval("select profile from account where id = $1 for no key update", account_id)
    return None if profile is None else msgspec.convert(profile, Profile)


async def save_profile(db: Db, account_id: int, profile: Profile, now: datetime) -> None:
    """Replace the account's profile."""
    await db.execute("update account set (profile, updated_at) = ($2, $3) where id = $1", account_id, profile, now)
