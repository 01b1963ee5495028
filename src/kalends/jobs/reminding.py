"""Reminds customers of their bookings: notes what is due, one item in each transaction."""

from datetime import datetime

import msgspec
import structlog

from kalends.actions.messages import remind
from kalends.jobs.worker import result_or_error
from kalends.store.db import Db

log = structlog.get_logger()


async def remind_due(db: Db, now: datetime) -> bool:
    """Note all reminders that are due. Returns whether there was one.

    One that fails unexpectedly is logged, and is due again with the next unit; those behind it are noted all the same.
    """
    busy = False
    due = await remind.list_due(db, now)
    while due:
        for each in due:
            result = await result_or_error(remind.remind(db, now, each))
            if isinstance(result, Exception):
                log.error("reminders.failed", item=msgspec.structs.asdict(each), exc_info=result)
            else:
                busy = busy or result
        due = await remind.list_due(db, now, due[-1])
    return busy
