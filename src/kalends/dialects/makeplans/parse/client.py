"""Requests about the account and about webhooks."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.fields import unset_defaults
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import client as of_client
from kalends.dialects.makeplans.fields import web_hooks as of_web_hooks
from kalends.dialects.makeplans.fields.view import DOOR
from kalends.dialects.makeplans.parse.reader import parse_fields
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.messages.webhook import WebhookPatch

_POLICY_FIELDS = PolicyPatch.__struct_fields__


class ClientChange(msgspec.Struct, frozen=True):
    """The fields of the account that were sent, and whether its sites are to be closed on holidays (None: not sent)."""

    patch: SettingsPatch
    closed_for_holidays: bool | None


def parse_client(params: Mapping[str, Any], ctx: Context) -> ClientChange:
    """A change of the account: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    fields = parse_fields(params, ctx, "client", of_client.CLIENT)
    closed, generation = (fields.pop(name, None) for name in ("closed_for_holidays", "slot_generation_type"))
    kept = fields.get("details", {}).get(DOOR, {})
    if generation is not None and of_client.SLOT_GENERATION not in kept:
        sent = unset_defaults(of_client.CLIENT, {of_client.SLOT_GENERATION: generation})
        fields["details"] = {DOOR: {**kept, **sent}}
    policy = {name: fields.pop(name) for name in _POLICY_FIELDS if name in fields}
    details = {"details": fields.pop("details")} if "details" in fields else {}
    account = patch_of(AccountPatch, {**fields, "policy": patch_of(PolicyPatch, policy)})
    return ClientChange(SettingsPatch(account=account, **details), closed)


def parse_web_hook(params: Mapping[str, Any], ctx: Context) -> WebhookPatch:
    """A new webhook. Raises Invalid(web_hook: blank; and any field that can't be read)."""
    return patch_of(WebhookPatch, parse_fields(params, ctx, "web_hook", of_web_hooks.WEB_HOOK, required=True))


def parse_web_hook_change(params: Mapping[str, Any], ctx: Context) -> WebhookPatch:
    """A change of a webhook: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    return patch_of(WebhookPatch, parse_fields(params, ctx, "web_hook", of_web_hooks.WEB_HOOK))
