"""Items: list, show, change, move and remove them, and take them through their states."""

from typing import Any

from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.remove import remove_item
from kalends.actions.bookings.search import search_items
from kalends.actions.bookings.suggest import change_or_suggest, change_state_or_suggest
from kalends.actions.bookings.verification import send_new_code
from kalends.actions.context import Context
from kalends.api.lists import answered_list, page_of
from kalends.api.operations import Answered, Handler, Received, answered
from kalends.api.schemas.items import Cancelled, ItemMove, ItemPatch, ItemPath, ListItems, Told, Verification
from kalends.api.translate.items import item_filters, item_order, item_patch, shown_item
from kalends.api.translate.lines import messages
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.views import ItemView

KINDS = ("appointment", "seat", "block")


async def listing(ctx: Context, request: Received[ListItems, None]) -> Answered:
    query = page_of(request, filters=item_filters(request.params, ctx), order=item_order(request.params.order))
    page = await search_items(ctx, query)
    return answered_list(request, query, page, lambda view: shown_item(view, ctx), record_of=lambda view: view.item)


async def show(ctx: Context, request: Received[ItemPath, Any]) -> Answered:
    view = await get_item(ctx, request.params.item_id)
    return _answered(view, ctx)


async def change(ctx: Context, request: Received[ItemPath, ItemPatch]) -> Answered:
    patch = await item_patch(ctx, request.params.item_id, request.body)
    view = await change_or_suggest(
        ctx, request.params.item_id, patch, scope=request.body.scope, messages=messages(request.body.notify)
    )
    return _answered(view, ctx)


async def move(ctx: Context, request: Received[ItemPath, ItemMove]) -> Answered:
    patch = await item_patch(ctx, request.params.item_id, request.body)
    view = await change_or_suggest(
        ctx, request.params.item_id, patch, scope=request.body.scope, messages=messages(request.body.notify)
    )
    return _answered(view, ctx)


async def remove(ctx: Context, request: Received[ItemPath, None]) -> Answered:
    await remove_item(ctx, request.params.item_id, KINDS)
    return Answered()


async def cancel(ctx: Context, request: Received[ItemPath, Cancelled]) -> Answered:
    cancellation = Cancellation(reason=request.body.reason or None, and_later=request.body.scope == "following")
    view = await cancel_item(ctx, request.params.item_id, cancellation, messages(request.body.notify))
    return _answered(view, ctx)


async def verify(ctx: Context, request: Received[ItemPath, Verification]) -> Answered:
    view = await change_item_state(
        ctx,
        request.params.item_id,
        "verify",
        messages=messages(request.body.notify),
        code=request.body.code,
    )
    return _answered(view, ctx)


async def send_code(ctx: Context, request: Received[ItemPath, None]) -> Answered:
    view = await send_new_code(ctx, request.params.item_id)
    return _answered(view, ctx)


def by_verb(verb: str) -> Handler:
    """The handler of a verb of engine/bookings/states.py."""

    async def advance(ctx: Context, request: Received[ItemPath, Told]) -> Answered:
        view = await change_state_or_suggest(ctx, request.params.item_id, verb, messages(request.body.notify))
        return _answered(view, ctx)

    return advance


def by_status(status: str) -> Handler:
    """The handler that records how a customer attended."""

    async def attend(ctx: Context, request: Received[ItemPath, None]) -> Answered:
        view = await set_status(ctx, request.params.item_id, status)
        return _answered(view, ctx)

    return attend


def _answered(view: ItemView, ctx: Context) -> Answered:
    return answered(view.item, shown_item(view, ctx))
