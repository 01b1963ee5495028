"""Free times."""

from kalends.actions.availability.free_times import free_times
from kalends.actions.catalog.custom_fields import list_fields
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_params
from kalends.dialects.locaboo.fields.availability import render_free_times
from kalends.dialects.locaboo.parse.availability import parse_availability
from kalends.dialects.locaboo.render import render
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /availability"""
    query = parse_availability(await parse_params(request), ctx, await list_fields(ctx))
    resources = await free_times(ctx, query)
    return render(render_free_times(resources), sum(len(free.times) for free in resources))
