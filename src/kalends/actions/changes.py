"""The change feed of an account, read page by page by doors that sync, and the journal, looked through by people."""

import asyncio
import re

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import Change
from kalends.engine.journal import JournalPage, JournalQuery
from kalends.engine.refusals import Fault, Invalid
from kalends.store import changes as store
from kalends.store.feed_watch import next_head
from kalends.store.journal import query_entries

MOST = 1000
_POSITION = re.compile(r"(\d{1,19}-\d{1,18})?", re.ASCII)


@allow("read", whole_account=True)
async def changes(ctx: Context, after: str = "", limit: int = MOST, *, wait: float = 0) -> list[Change]:
    """Return the changes committed after a position, in order of position; at most `limit`, and at most 1,000.

    `after` is the `position` of the last change read, "" to start from the beginning. No change is ever added before a
    position already returned. A change therefore appears only when no older transaction is running any more. If there
    is none yet, the first is waited for, up to `wait` seconds; with a context that has the pool no connection is held
    meanwhile. What only those may see who manage or administer is left out for others.

    Raises Forbidden to a key that is limited to sites, Invalid(after: invalid, unknown). `unknown` means that the
    position is from before a restore of the database, or that changes after it are not kept any more: load what there
    is, and go on from the present position.
    """
    if not _POSITION.fullmatch(after):
        raise Invalid(Fault("after", "invalid"))
    page = await _read(ctx, after, limit)
    if after and await store.is_unknown(ctx.db, ctx.account.id, after):
        raise Invalid(Fault("after", "unknown"))
    loop, head = asyncio.get_running_loop(), None
    ends_at = loop.time() + wait
    while not page and (left := ends_at - loop.time()) > 0:
        head = await next_head(ctx.db, ctx.account.id, head, left)
        page = await _read(ctx, after, limit)
    return page


@allow("read")
async def query_journal(ctx: Context, query: JournalQuery, limit: int = MOST) -> JournalPage:
    """Return entries of the journal, the newest first; at most `limit`, and at most 1,000. What the caller may not see
    is left out: what is at other sites, and what only those may see who manage or administer.

    Raises Invalid(cursor: invalid, if `before` is no position).
    """
    if query.before is not None and not _POSITION.fullmatch(query.before):
        raise Invalid(Fault("cursor", "invalid"))
    return await query_entries(
        ctx.db,
        ctx.account.id,
        query,
        min(limit, MOST),
        hidden_kinds=ctx.principal.hidden_kinds,
        site_ids=ctx.site_ids,
    )


@allow("read", whole_account=True)
async def present_position(ctx: Context) -> str:
    """The position of the last change that is settled now, "" if there is none, for who wants those only that come.

    Raises Forbidden to a key that is limited to sites.
    """
    heads = await store.list_heads(ctx.db, [ctx.account.id])
    return heads.get(ctx.account.id, "")


async def _read(ctx: Context, after: str, limit: int) -> list[Change]:
    return await store.list_changes(ctx.db, ctx.account.id, after, min(limit, MOST), ctx.principal.hidden_kinds)
