"""Lists, shows and adds resources."""

from kalends.actions.availability.free_times import list_bookable
from kalends.actions.availability.today import get_today
from kalends.actions.catalog import custom_fields, resources
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_id, parse_params
from kalends.dialects.locaboo.fields.resources import known_fields, today, tree_renderer
from kalends.dialects.locaboo.fields.view import render_context
from kalends.dialects.locaboo.parse.resources import parse_resource
from kalends.dialects.locaboo.render import render, render_done
from kalends.engine.catalog.resource import trees
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /resource_list"""
    rows = trees(await list_bookable(ctx))
    fields = await custom_fields.list_fields(ctx)
    render_tree = tree_renderer(fields, await custom_fields.list_values(ctx))
    return render(list(map(render_tree, rows)), len(rows), free_text_fields=known_fields(fields))


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /resource/{resource_id}"""
    row = await get_today(ctx, parse_id(request.path_params["resource_id"], "resource"))
    return render(today(render_context(ctx))(row), 1)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /resource_add"""
    patch = parse_resource(await parse_params(request), ctx)
    added = await resources.add_resource(ctx, patch)
    return render_done(added.id, "Successfully Added")
