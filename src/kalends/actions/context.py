"""What every action is told: who asks, for which account, at what time, and where the data is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.policy import Account
from kalends.store.db import Db, transaction


class Context(msgspec.Struct, frozen=True):
    """Made at a door, handed down unchanged. `who` is written into the journal; `site_ids` None means every site."""

    who: str
    account: Account
    now: datetime
    db: Db
    site_ids: frozenset[int] | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        return ZoneInfo(self.account.time_zone)


@asynccontextmanager
async def together(ctx: Context) -> AsyncIterator[Context]:
    """The action's one transaction, as a context whose `db` is inside it."""
    async with transaction(ctx.db) as db:
        yield msgspec.structs.replace(ctx, db=db)
