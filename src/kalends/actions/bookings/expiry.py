"""Holds that are over."""

from datetime import datetime

from kalends.store.bookings import holds
from kalends.store.db import Db


async def lapse_holds(db: Db, now: datetime) -> bool:
    """Expire the holds that are over of one tree of resources or one session; returns whether there were any.

    Bookings do not wait for it: a commit expires the holds that it meets.
    """
    return await holds.lapse_due(db, now)
