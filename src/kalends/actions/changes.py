"""The change feed of an account, read page by page by doors that sync and by webhooks."""

import re

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import Change
from kalends.engine.refusals import Fault, Invalid
from kalends.store.changes import is_yet_to_come, list_changes

MOST = 1000
_POSITION = re.compile(r"(\d{1,19}-\d{1,18})?", re.ASCII)


@allow("read", whole_account=True)
async def changes(ctx: Context, after: str = "", limit: int = MOST) -> list[Change]:
    """Return the changes committed after a position, in order of position; at most `limit`, and at most 1,000.

    `after` is the `position` of the last change read, "" to start from the beginning. No change is ever added before a
    position already returned. A change therefore appears only when no older transaction is running any more.

    Raises Forbidden to a key that is limited to sites, Invalid(after: invalid, unknown). `unknown` means that the
    position is from before a restore of the database: start again from "".
    """
    if not _POSITION.fullmatch(after):
        raise Invalid(Fault("after", "invalid"))
    page = await list_changes(ctx.db, ctx.account.id, after, min(limit, MOST))
    if after and not page and await is_yet_to_come(ctx.db, after):
        raise Invalid(Fault("after", "unknown"))
    return page
