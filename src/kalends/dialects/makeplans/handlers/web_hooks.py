"""Who is to be told of what."""

from kalends.actions.context import Context
from kalends.actions.messages import webhooks
from kalends.dialects.kit.reader import parse_id, parse_params
from kalends.dialects.makeplans.fields.view import DOOR, render_context
from kalends.dialects.makeplans.parse.client import parse_web_hook
from kalends.dialects.makeplans.render import render_web_hook, render_web_hooks
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /web_hooks"""
    found = await webhooks.list_webhooks(ctx, DOOR)
    return render_web_hooks(found, render_context(ctx))


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /web_hooks/{web_hook_id}"""
    found = await webhooks.get_webhook(ctx, DOOR, id_of(request))
    return render_web_hook(found, render_context(ctx))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /web_hooks"""
    patch = parse_web_hook(await parse_params(request), ctx, is_new=True)
    made = await webhooks.add_webhook(ctx, DOOR, patch)
    return render_web_hook(made, render_context(ctx))


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /web_hooks/{web_hook_id}"""
    patch = parse_web_hook(await parse_params(request), ctx)
    changed = await webhooks.change_webhook(ctx, DOOR, id_of(request), patch)
    return render_web_hook(changed, render_context(ctx))


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /web_hooks/{web_hook_id}"""
    gone = await webhooks.remove_webhook(ctx, DOOR, id_of(request))
    return render_web_hook(gone, render_context(ctx))


def id_of(request: WebRequest) -> int:
    """The id in the path. Raises NotFound."""
    return parse_id(request.path_params["web_hook_id"], "webhook")
