"""What was changed in an account, to be read on and on: by doors that sync, by webhooks, by whoever watches."""

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
    """The changes that were committed after a position, in the order of their positions; at most 1,000.

    `after` is the `position` of the last change read, "" to begin with. Nothing is ever added before a position that
    was handed out, however late a transaction commits; a change may show up a moment after its commit, as long as
    another transaction runs that began before it. Errors: Forbidden for a key of some sites, Invalid(after: invalid, or
    unknown: of before a restore, so begin anew).
    """
    if not _POSITION.fullmatch(after):
        raise Invalid(Fault("after", "invalid"))
    found = await list_changes(ctx.db, ctx.account.id, after, min(limit, MOST))
    if after and not found and await is_yet_to_come(ctx.db, after):
        raise Invalid(Fault("after", "unknown"))
    return found
