"""Facilities."""

from kalends.actions.context import Context
from kalends.dialects.bookio.fields.view import load_context
from kalends.dialects.bookio.render import render_facilities
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /facilities/cgm"""
    context = await load_context(request, ctx)
    return render_facilities((site for site in context.sites.values() if site.active), context)
