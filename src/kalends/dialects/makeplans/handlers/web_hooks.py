"""Webhooks: the URLs that are told of events."""

from kalends.actions.messages import webhooks
from kalends.dialects.kit.objects import ObjectHandlers
from kalends.dialects.makeplans.fields.view import DOOR, without_look_up
from kalends.dialects.makeplans.parse.client import parse_web_hook, parse_web_hook_change
from kalends.dialects.makeplans.render import render_web_hook, render_web_hooks

WEB_HOOKS = ObjectHandlers("web_hook_id", "webhook", without_look_up, render_web_hook)

listing = WEB_HOOKS.list_all(lambda ctx, params: webhooks.list_webhooks(ctx, DOOR), render_web_hooks)
show = WEB_HOOKS.show(lambda ctx, webhook_id: webhooks.get_webhook(ctx, DOOR, webhook_id))
create = WEB_HOOKS.create(parse_web_hook, lambda ctx, patch: webhooks.add_webhook(ctx, DOOR, patch))
update = WEB_HOOKS.update(
    parse_web_hook_change, lambda ctx, webhook_id, patch: webhooks.change_webhook(ctx, DOOR, webhook_id, patch)
)
remove = WEB_HOOKS.act(lambda ctx, webhook_id: webhooks.remove_webhook(ctx, DOOR, webhook_id))
