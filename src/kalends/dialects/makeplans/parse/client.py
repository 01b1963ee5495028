"""The account, and webhooks."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import client as of_client
from kalends.dialects.makeplans.fields import web_hooks as of_web_hooks
from kalends.dialects.makeplans.parse.reader import parse_fields
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.messages.webhook import WebhookPatch

_RULES = PolicyPatch.__struct_fields__


def parse_client(params: Mapping[str, Any], ctx: Context) -> SettingsPatch:
    """What the account is to say of itself: only what was sent. Raises Invalid."""
    fields = parse_fields(params, ctx, "client", of_client.CLIENT)
    rules = {name: fields.pop(name) for name in _RULES if name in fields}
    details = {"details": fields.pop("details")} if "details" in fields else {}
    account = patch_of(AccountPatch, {**fields, "policy": patch_of(PolicyPatch, rules)})
    return SettingsPatch(account=account, **details)


def parse_web_hook(params: Mapping[str, Any], ctx: Context, *, is_new: bool = False) -> WebhookPatch:
    """A new webhook, or what is to become of one that is there. Raises Invalid."""
    return patch_of(WebhookPatch, parse_fields(params, ctx, "web_hook", of_web_hooks.WEB_HOOK, required=is_new))
