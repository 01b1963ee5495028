"""Renders a message as it is to be sent. Only the worker loads this, as calendar files take a large library."""

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.rendered import Rendered
from kalends.notices.messages.calendar_file import calendar_file
from kalends.notices.messages.render import render
from kalends.store.messages.templates import find_templates_for


@internal
async def render_message(ctx: Context, facts: MessageFacts) -> Rendered:
    """A message with the account's template, if there is one, and with its calendar file, if it is a mail."""
    rendered = render(facts, await find_templates_for(ctx.db, ctx.account.id, facts.kind, facts.channel))
    if facts.channel != "email":
        return rendered
    return msgspec.structs.replace(rendered, calendar=calendar_file(facts))
