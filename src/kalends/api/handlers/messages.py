"""Messages: list, show, resend and preview them; templates; addresses that bounced, and what customers refuse."""

from functools import partial
from typing import Any

from kalends.actions.context import Context
from kalends.actions.customers.find import get_customer
from kalends.actions.messages.bounces import clear_bounced, list_bounced, mark_bounced
from kalends.actions.messages.log import get_message, list_messages, resend_message
from kalends.actions.messages.preview import preview_message
from kalends.actions.messages.refusals import accept_messages, list_refusals, refuse_messages
from kalends.actions.messages.templates import list_templates, set_template
from kalends.api.lists import answered_rows, answered_sorted, read_cursor, write_cursor
from kalends.api.operations import Answered, Received
from kalends.api.schemas.bounced_addresses import (
    BouncedAddressInput,
    BouncedAddressQuery,
    ListBouncedAddresses,
    shown_bounced,
)
from kalends.api.schemas.message_templates import MessageTemplateInput, read_template, shown_template
from kalends.api.schemas.messages import (
    ListMessages,
    MessagePath,
    PreviewInput,
    message_query,
    read_preview,
    shown_message,
    shown_preview,
)
from kalends.api.schemas.refused_messages import (
    RefusedMessagesInput,
    RefusedMessagesPath,
    RefusingCustomer,
    shown_refused,
)


async def listing(ctx: Context, request: Received[ListMessages, None]) -> Answered:
    [before_id], limit = read_cursor(request) or [None], request.params.limit
    listed = await list_messages(ctx, message_query(request.params, before_id))
    cursor = write_cursor(request, [listed[limit - 1].id]) if len(listed) > limit else None
    return answered_rows(request, [shown_message(message, ctx.zone) for message in listed[:limit]], cursor)


async def show(ctx: Context, request: Received[MessagePath, Any]) -> Answered:
    message = await get_message(ctx, request.params.message_id)
    return Answered(value=shown_message(message, ctx.zone))


async def resend(ctx: Context, request: Received[MessagePath, None]) -> Answered:
    message_id = await resend_message(ctx, request.params.message_id)
    shown = shown_message(await get_message(ctx, message_id), ctx.zone)
    return Answered(value=shown, location=f"/messages/{shown.id}")


async def preview(ctx: Context, request: Received[None, PreviewInput]) -> Answered:
    rendered = await preview_message(ctx, read_preview(request.body))
    return Answered(value=shown_preview(rendered))


async def templates(ctx: Context, request: Received[None, None]) -> Answered:
    listed = await list_templates(ctx)
    return answered_rows(request, [shown_template(template, ctx.zone) for template in listed])


async def replace_template(ctx: Context, request: Received[None, MessageTemplateInput]) -> Answered:
    key, patch = read_template(request.body)
    template = await set_template(ctx, key, patch)
    return Answered(value=shown_template(template, ctx.zone))


async def bounced(ctx: Context, request: Received[ListBouncedAddresses, None]) -> Answered:
    listed = sorted(await list_bounced(ctx), key=lambda each: each.id)
    return answered_sorted(request, listed, lambda each: (each.id,), partial(shown_bounced, tz=ctx.zone))


async def mark(ctx: Context, request: Received[None, BouncedAddressInput]) -> Answered:
    await mark_bounced(ctx, request.body.address, request.body.reason)
    return Answered()


async def clear(ctx: Context, request: Received[BouncedAddressQuery, None]) -> Answered:
    await clear_bounced(ctx, request.params.address)
    return Answered()


async def refused(ctx: Context, request: Received[RefusingCustomer, None]) -> Answered:
    customer = await get_customer(ctx, request.params.customer_id)
    listed = await list_refusals(ctx, customer.id)
    return answered_rows(request, [shown_refused(refusal, ctx.zone) for refusal in listed])


async def refuse(ctx: Context, request: Received[RefusingCustomer, RefusedMessagesInput]) -> Answered:
    await refuse_messages(ctx, request.params.customer_id, request.body.kind, request.body.channel)
    return Answered()


async def accept(ctx: Context, request: Received[RefusedMessagesPath, None]) -> Answered:
    await accept_messages(ctx, request.params.customer_id, request.params.kind, request.params.channel)
    return Answered()
