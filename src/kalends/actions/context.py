"""The context of an action: the caller, the account, the time and the database."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.principal import Principal
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.views import ItemView
from kalends.engine.time.clock import wall
from kalends.engine.version import Expected
from kalends.store import db as store_db
from kalends.store.db import Db


class Context(msgspec.Struct, frozen=True):
    """Made at a door and passed down unchanged.

    `granted` is set by actions/access.py only, once the caller may call the action; actions it calls are not checked.
    `public_url`: where everybody reaches this installation, without a slash at its end; "" if that is not known.
    `private_urls`: the operator allows webhooks that lead to private addresses, or without TLS.
    `request_id`: of the request, as its answer, the log and the journal name it; None for what no request asks for.
    `expected`: the version of a record that the caller has read and changes; see actions/expected.py.
    `given_up`: ids of items that the caller is about to move or to give up, see `as_if_free`.
    """

    principal: Principal
    account: Account
    now: datetime
    db: Db
    granted: bool = False
    public_url: str = ""
    private_urls: bool = False
    expected: Expected | None = None
    request_id: str | None = None
    given_up: frozenset[int] = frozenset()

    @property
    def actor(self) -> str:
        """The caller, as in the journal and the columns `created_by` and `updated_by`: `key:7`."""
        return self.principal.actor

    @property
    def door(self) -> str:
        """The name of the door through which the request came."""
        return self.principal.door

    @property
    def author(self) -> Author:
        """The caller, door and time, as the journal records them, and for how long they may take back what they do."""
        undo_seconds = self.account.policy.undo_seconds if self.principal.kind == "user" else 0
        return Author(self.actor, self.door, self.now, undo_seconds, self.request_id)

    @property
    def site_ids(self) -> frozenset[int] | None:
        """The sites whose records the caller may see and change; None is all. Queries of the store take it."""
        return self.principal.site_ids

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        return ZoneInfo(self.account.time_zone)

    @property
    def today(self) -> date:
        """The current date in the account's time zone."""
        return wall(self.now, self.zone)[0]

    def sees(self, site_id: int | None) -> bool:
        """Whether the caller may see records at this site; records at no site are visible to all."""
        return self.principal.sees_site(site_id)


def as_if_free(ctx: Context, views: Iterable[ItemView]) -> Context:
    """The context in which what these items take counts as free, wherever it is looked up what is, and in which a
    practitioner looks it up for those with whom they share them. What is booked and changed is checked all the same."""
    items = [view.item for view in views]
    taken = {id_ for item in items for id_ in (item.resource_id, *item.also_resource_ids) if id_ is not None}
    given_up = ctx.given_up.union(item.id for item in items)
    return msgspec.structs.replace(ctx, given_up=given_up, principal=ctx.principal.with_resources(taken))


@asynccontextmanager
async def transaction(ctx: Context) -> AsyncIterator[Context]:
    """Run in a transaction, or a savepoint if there is one: the context whose `db` is inside it."""
    async with store_db.transaction(ctx.db) as db:
        yield msgspec.structs.replace(ctx, db=db)


@asynccontextmanager
async def rolled_back(ctx: Context) -> AsyncIterator[Context]:
    """Run as `transaction` does, and take all that was written back at the end."""
    try:
        async with transaction(ctx) as tx:
            yield tx
            raise _RollBack
    except _RollBack:
        return


class _RollBack(Exception):
    pass
