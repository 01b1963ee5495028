"""Expires holds that are past their end, and forgets how often their codes were tried."""

from datetime import datetime, timedelta

from kalends.store.bookings import holds, verifications
from kalends.store.db import Db

TRIES_KEPT = timedelta(days=1)


async def lapse_holds(db: Db, now: datetime) -> bool:
    """Expire the holds past their end of one tree of resources or one session. Returns whether there were any.

    Bookings do not depend on it: a commit expires the holds in its way.
    """
    return await holds.lapse_due(db, now)


async def forget_verifications(db: Db, now: datetime) -> bool:
    """Delete the tries of codes sent over a day ago for bookings that await no verification any more.

    Returns False: there is no more to do now.
    """
    await verifications.forget_verifications(db, now - TRIES_KEPT)
    return False
