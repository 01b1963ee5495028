"""Requests about the account and about webhooks."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import client as of_client
from kalends.dialects.makeplans.fields import web_hooks as of_web_hooks
from kalends.dialects.makeplans.parse.reader import parse_fields
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.messages.webhook import WebhookPatch

_POLICY_FIELDS = PolicyPatch.__struct_fields__


def parse_client(params: Mapping[str, Any], ctx: Context) -> SettingsPatch:
    """A change of the account: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    fields = parse_fields(params, ctx, "client", of_client.CLIENT)
    policy = {name: fields.pop(name) for name in _POLICY_FIELDS if name in fields}
    details = {"details": fields.pop("details")} if "details" in fields else {}
    account = patch_of(AccountPatch, {**fields, "policy": patch_of(PolicyPatch, policy)})
    return SettingsPatch(account=account, **details)


def parse_web_hook(params: Mapping[str, Any], ctx: Context) -> WebhookPatch:
    """A new webhook. Raises Invalid(web_hook: blank; and any field that can't be read)."""
    return patch_of(WebhookPatch, parse_fields(params, ctx, "web_hook", of_web_hooks.WEB_HOOK, required=True))


def parse_web_hook_change(params: Mapping[str, Any], ctx: Context) -> WebhookPatch:
    """A change of a webhook: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    return patch_of(WebhookPatch, parse_fields(params, ctx, "web_hook", of_web_hooks.WEB_HOOK))
