"""Inventory and services that go with a booking."""

from kalends.actions.catalog import inventory as stock
from kalends.actions.context import Context
from kalends.dialects.locaboo.fields.extras import inventory, service
from kalends.dialects.locaboo.fields.view import render_context
from kalends.dialects.locaboo.render import render
from kalends.web.door import Answer, WebRequest


async def list_inventory(request: WebRequest, ctx: Context) -> Answer:
    """GET /inventory_list"""
    found, show = await stock.list_inventory(ctx), inventory(render_context(ctx))
    return render([show(one) for one in found], len(found))


async def list_services(request: WebRequest, ctx: Context) -> Answer:
    """GET /service_list"""
    found, show = await stock.list_added_services(ctx), service(render_context(ctx))
    return render([show(one) for one in found], len(found))
