"""Lists inventory and services that can be added to a booking."""

from kalends.actions.catalog import inventory as stock
from kalends.actions.context import Context
from kalends.dialects.locaboo.fields.extras import inventory, service
from kalends.dialects.locaboo.fields.view import render_context
from kalends.dialects.locaboo.render import render
from kalends.web.door import Answer, WebRequest


async def list_inventory(request: WebRequest, ctx: Context) -> Answer:
    """GET /inventory_list"""
    rows = await stock.list_inventory(ctx)
    return render(list(map(inventory(render_context(ctx)), rows)), len(rows))


async def list_services(request: WebRequest, ctx: Context) -> Answer:
    """GET /service_list"""
    rows = await stock.list_added_services(ctx)
    return render(list(map(service(render_context(ctx)), rows)), len(rows))
