"""What every action is told: who asks, for which account, at what time, and where the data is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.clock import wall
from kalends.engine.policy import Account
from kalends.engine.refusals import Forbidden
from kalends.store import db as store_db
from kalends.store.db import Db


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

    @property
    def today(self) -> date:
        """The date that it is for the account."""
        return wall(self.now, self.zone)[0]

    def sees(self, site_id: int | None) -> bool:
        """Whether the key may see what is at this site; what is at none can be seen by all."""
        return self.site_ids is None or site_id is None or site_id in self.site_ids

    def check_unlimited(self) -> None:
        """What is of the account, and of no site, is changed by those who see all of it. Raises Forbidden."""
        if self.site_ids is not None:
            raise Forbidden()


@asynccontextmanager
async def transaction(ctx: Context) -> AsyncIterator[Context]:
    """The action's one transaction, as a context whose `db` is inside it."""
    async with store_db.transaction(ctx.db) as db:
        yield msgspec.structs.replace(ctx, db=db)
