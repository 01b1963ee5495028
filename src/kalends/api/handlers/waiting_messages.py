"""What the customer of an item is still to be told of it."""

from functools import partial
from typing import Any

from kalends.actions.context import Context
from kalends.actions.messages.waiting import get_waiting_notice, reschedule_message, tell_of_change, withdraw_message
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.items import ItemPath
from kalends.api.schemas.waiting_messages import WaitingMessage, WaitingMessageInput, WaitingMessagePatch, shown_waiting
from kalends.api.times import settled
from kalends.engine.refusals import NotFound, Outdated, Unreachable


async def show(ctx: Context, request: Received[ItemPath, Any]) -> Answered:
    waiting = await get_waiting_notice(ctx, request.params.item_id)
    return Answered(value=shown_waiting(waiting, ctx.zone))


async def tell(ctx: Context, request: Received[ItemPath, WaitingMessageInput]) -> Answered:
    due_at = request.body.due_at
    moment = settled(due_at, ctx.zone, "due_at") if due_at else ctx.now
    return Answered(value=shown_waiting(await tell_of_change(ctx, request.params.item_id, moment), ctx.zone))


async def reschedule(ctx: Context, request: Received[ItemPath, WaitingMessagePatch]) -> Answered:
    moment = settled(request.body.due_at, ctx.zone, "due_at")
    return Answered(value=shown_waiting(await reschedule_message(ctx, request.params.item_id, moment), ctx.zone))


async def withdraw(ctx: Context, request: Received[ItemPath, None]) -> Answered:
    await withdraw_message(ctx, request.params.item_id)
    return Answered()


_operation = partial(
    Operation,
    path="/items/{item_id}/waiting-message",
    tag="Items",
    scope="book",
    params=ItemPath,
    refusals=(NotFound, Unreachable),
)
OPERATIONS = (
    _operation(
        method="GET",
        handler=show,
        id="get_waiting_message",
        summary="Show what the customer of an item is still to be told",
        description="As it would be sent now. 404 if nothing waits, or if it is being sent; 422 if they can't be "
        "reached. Changes of staff wait for `undo_seconds` of the account's policy.",
        answers={200: WaitingMessage},
    ),
    _operation(
        method="POST",
        handler=tell,
        id="tell_of_change",
        summary="Tell the customer of an item of its last change after all",
        description="Of the key's own, a moment ago, with `notify` false or where the policy tells nobody. 412 if "
        "it is too late, or if they are told already. It goes as the account has it, else as they can be reached.",
        body=WaitingMessageInput,
        answers={201: WaitingMessage},
        refusals=(NotFound, Outdated, Unreachable),
    ),
    _operation(
        method="PATCH",
        handler=reschedule,
        id="reschedule_waiting_message",
        summary="Tell the customer of an item at another time",
        description="All that waits; at once if the time is past, at the latest in 60 days.",
        body=WaitingMessagePatch,
        answers={200: WaitingMessage},
    ),
    _operation(
        method="DELETE",
        handler=withdraw,
        id="withdraw_waiting_message",
        summary="Let the customer of an item not be told",
        description="All that waits is dropped; the item stays as it is.",
        refusals=(NotFound,),
        answers={204: None},
    ),
)
