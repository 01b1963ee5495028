"""How the user who asks likes to look at the calendar."""

import msgspec

from kalends.actions.access import logged_in
from kalends.actions.context import Context
from kalends.engine.accounts.calendar_look import MOST_HIDDEN, CalendarLook
from kalends.store.accounts import users


@logged_in
async def get_calendar_look(ctx: Context) -> CalendarLook:
    """As the user has chosen, else as it is at first, as for customers."""
    return await users.load_calendar_look(ctx.db, ctx.account.id, _user_id(ctx)) or CalendarLook()


@logged_in
async def keep_calendar_look(ctx: Context, look: CalendarLook) -> None:
    """Keep what the user has chosen; of very many resources that are left out only some. Nothing is kept for a
    customer."""
    hidden = frozenset(sorted(look.hidden)[-MOST_HIDDEN:])
    await users.save_calendar_look(ctx.db, ctx.account.id, _user_id(ctx), msgspec.structs.replace(look, hidden=hidden))


def _user_id(ctx: Context) -> int:
    return (ctx.principal.kind == "user" and ctx.principal.id) or 0
