"""What every action is given: who asks, for which account, at what time, and where the data is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.principal import Principal
from kalends.engine.bookings.change_set import Author
from kalends.engine.time.clock import wall
from kalends.store import db as store_db
from kalends.store.db import Db


class Context(msgspec.Struct, frozen=True):
    """Made at a door, handed down unchanged. `granted` is set by actions/access.py alone: the action that the door
    called is allowed, and with it all that it does by calling others."""

    principal: Principal
    account: Account
    now: datetime
    db: Db
    granted: bool = False

    @property
    def actor(self) -> str:
        """Who asks, as the journal and the columns `created_by` and `updated_by` have it."""
        return self.principal.actor

    @property
    def door(self) -> str:
        """The name of the door by which the request came."""
        return self.principal.door

    @property
    def author(self) -> Author:
        """Who changes something, through which door and when, as the journal keeps it."""
        return Author(self.actor, self.door, self.now)

    @property
    def site_ids(self) -> frozenset[int] | None:
        """The sites whose things may be seen and changed; None is all. Given to queries of the store."""
        return self.principal.site_ids

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        return ZoneInfo(self.account.time_zone)

    @property
    def today(self) -> date:
        """The date that it is for the account."""
        return wall(self.now, self.zone)[0]

    def sees(self, site_id: int | None) -> bool:
        """Whether what is at this site may be seen; what is at none can be seen by all."""
        return self.principal.sees_site(site_id)


@asynccontextmanager
async def transaction(ctx: Context) -> AsyncIterator[Context]:
    """The action's one transaction, as a context whose `db` is inside it."""
    async with store_db.transaction(ctx.db) as db:
        yield msgspec.structs.replace(ctx, db=db)
