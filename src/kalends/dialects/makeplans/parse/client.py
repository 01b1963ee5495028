"""The account, and webhooks."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.makeplans.fields import client as of_client
from kalends.dialects.makeplans.fields import web_hooks as of_web_hooks
from kalends.dialects.makeplans.parse.reader import parse_fields, parse_object


def parse_client(params: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    """What the account is to say of itself: only what was sent. Raises Invalid."""
    return parse_fields(params, ctx, "client", of_client.CLIENT)


def parse_web_hook(params: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    """A new webhook. Raises Invalid."""
    return parse_object(params, ctx, "web_hook", of_web_hooks.WEB_HOOK)


def parse_web_hook_change(params: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    """The fields of a webhook that were sent. Raises Invalid."""
    return parse_fields(params, ctx, "web_hook", of_web_hooks.WEB_HOOK)
