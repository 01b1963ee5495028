"""Reminds customers of their bookings: notes what is due, one item in each transaction."""

from datetime import datetime

import msgspec
import structlog

from kalends.actions.messages import remind
from kalends.jobs.worker import result_or_error
from kalends.store.db import Db

log = structlog.get_logger()


async def remind_due(db: Db, now: datetime) -> bool:
    """Note up to 50 reminders that are due. Returns whether to go on at once.

    One that fails unexpectedly is logged, and is due again with the next unit.
    """
    busy = False
    for due in await remind.list_due(db, now):
        result = await result_or_error(remind.remind(db, now, due))
        if isinstance(result, Exception):
            log.error("reminders.failed", item=msgspec.structs.asdict(due), exc_info=result)
        else:
            busy = busy or result
    return busy
