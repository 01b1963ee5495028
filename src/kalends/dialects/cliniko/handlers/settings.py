"""The settings of the account."""

from kalends.actions.accounts.profile import get_profile
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields import settings
from kalends.dialects.cliniko.render import render_record
from kalends.web.door import Answer, WebRequest


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /settings"""
    return render_record(settings.settings(ctx.account, await get_profile(ctx)))


async def show_public(request: WebRequest, ctx: Context) -> Answer:
    """GET /settings/public"""
    return render_record(settings.public_settings(ctx.account))
