"""The jobs: each parses what was asked, and acts. A job may be done again after a crash, so every action it calls must
find out by itself what is left to do."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import msgspec
import structlog

from kalends.actions.context import Context
from kalends.actions.series import make_occurrences
from kalends.engine.refusals import NotFound
from kalends.store.accounts import load_account
from kalends.store.db import Db

log = structlog.get_logger()

Handler = Callable[[Db, datetime, bytes], Awaitable[None]]
WHO = "kalends"


class SeriesAsked(msgspec.Struct, frozen=True):
    """The booking whose pending occurrences are to be made."""

    account_id: int
    booking_id: int


async def make_series(db: Db, now: datetime, payload: bytes) -> None:
    """Make what is pending of a series."""
    asked = msgspec.json.decode(payload, type=SeriesAsked)
    settled = await make_occurrences(await context(db, now, asked.account_id), asked.booking_id)
    log.info("series.made", account=asked.account_id, booking=asked.booking_id, settled=settled)


async def context(db: Db, now: datetime, account_id: int) -> Context:
    """What the house itself acts in, for an account. Raises NotFound."""
    account = await load_account(db, account_id)
    if account is None:
        raise NotFound("account", account_id)
    return Context(WHO, account, now, db)


HANDLERS: Mapping[str, Handler] = {"make_series": make_series}
