"""The jobs: each parses what was asked, and acts, or answers with the steps that there are.

A job may be done again after a crash, so every action it calls must find out by itself what is left to do. A step that
fails does not keep the others from being done.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from functools import partial

import msgspec

from kalends.actions.bookings.series import make_occurrence
from kalends.actions.context import Context
from kalends.engine.accounts.principal import system
from kalends.engine.refusals import NotFound
from kalends.store.accounts import load_account
from kalends.store.db import Db
from kalends.store.occurrences import list_pending

Step = Callable[[], Awaitable[object]]
Handler = Callable[[Db, datetime, bytes], Awaitable[Iterable[Step] | None]]
WHO = "kalends"


class SeriesAsked(msgspec.Struct, frozen=True):
    """The booking whose pending occurrences are to be made."""

    account_id: int
    booking_id: int


async def make_series(db: Db, now: datetime, payload: bytes) -> Iterable[Step]:
    """Make what is pending of a series, each occurrence for itself."""
    asked = msgspec.json.decode(payload, type=SeriesAsked)
    ctx = await context(db, now, asked.account_id)
    starts = await list_pending(db, asked.account_id, asked.booking_id)
    return [partial(make_occurrence, ctx, asked.booking_id, starts_at) for starts_at in starts]


async def context(db: Db, now: datetime, account_id: int) -> Context:
    """What the house itself acts in, for an account. Raises NotFound."""
    account = await load_account(db, account_id)
    if account is None:
        raise NotFound("account", account_id)
    return Context(system("jobs", WHO), account, now, db)


HANDLERS: Mapping[str, Handler] = {"make_series": make_series}
