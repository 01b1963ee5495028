"""Who the account is."""

from kalends.actions.accounts.profile import get_profile_since
from kalends.actions.context import Context
from kalends.dialects.locaboo.fields.profile import PROFILE, Manager, manager
from kalends.dialects.locaboo.fields.view import render_context
from kalends.dialects.locaboo.render import render
from kalends.web.door import Answer, WebRequest


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /profile; its total counts the fields."""
    found = Manager(ctx.account, *await get_profile_since(ctx))
    return render(manager(render_context(ctx))(found), len(PROFILE))
