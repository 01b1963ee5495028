"""Expires holds that are past their end."""

from datetime import datetime

from kalends.store.bookings import holds
from kalends.store.db import Db


async def lapse_holds(db: Db, now: datetime) -> bool:
    """Expire the holds past their end of one tree of resources or one session. Returns whether there were any.

    Bookings do not depend on it: a commit expires the holds in its way.
    """
    return await holds.lapse_due(db, now)
