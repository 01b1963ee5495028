"""Shows the account's profile."""

from kalends.actions.accounts.profile import get_profile_since
from kalends.actions.context import Context
from kalends.dialects.locaboo.fields.profile import PROFILE, Manager, manager
from kalends.dialects.locaboo.fields.view import render_context
from kalends.dialects.locaboo.render import render
from kalends.web.door import Answer, WebRequest


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /profile; its total counts the fields."""
    profile, since = await get_profile_since(ctx)
    row = Manager(ctx.account, profile, since)
    return render(manager(render_context(ctx))(row), len(PROFILE))
