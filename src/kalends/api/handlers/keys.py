"""Keys: list, make, show, change and revoke them."""

from functools import partial
from typing import Any

from kalends.actions.accounts.keys import change_key, create_key, get_key, query_keys, revoke_key
from kalends.actions.context import Context
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.keys import (
    Key,
    KeyInput,
    KeyPatch,
    KeyPath,
    ListKeys,
    NewKey,
    key_filters,
    key_patch,
    key_terms,
    shown_key,
)
from kalends.engine.refusals import Retired


async def listing(ctx: Context, request: Received[ListKeys, None]) -> Answered:
    query = page_of(request, filters=key_filters(request.params))
    page = await query_keys(ctx, query)
    return answered_list(request, query, page, partial(shown_key, tz=ctx.zone))


async def create(ctx: Context, request: Received[None, KeyInput]) -> Answered:
    key, secret = await create_key(ctx, ctx.door, **key_terms(request.body, ctx.zone))
    shown = shown_key(key, ctx.zone)
    return answered(key, NewKey(key=shown, secret=secret), location=f"/keys/{shown.id}")


async def show(ctx: Context, request: Received[KeyPath, Any]) -> Answered:
    key = await get_key(ctx, request.params.key_id)
    return answered(key, shown_key(key, ctx.zone))


async def change(ctx: Context, request: Received[KeyPath, KeyPatch]) -> Answered:
    key = await change_key(ctx, request.params.key_id, key_patch(request.body, ctx.zone))
    return answered(key, shown_key(key, ctx.zone))


async def revoke(ctx: Context, request: Received[KeyPath, None]) -> Answered:
    await revoke_key(ctx, request.params.key_id)
    return Answered()


_KEY = "/keys/{key_id}"
_TRACKED = Tracked("access_token", "key_id", show)
_NAMES = {"site_ids": "sites"}
_operation = partial(Operation, tag="Keys", scope="administer")

OPERATIONS = (
    _operation(
        method="GET",
        path="/keys",
        handler=listing,
        id="list_keys",
        summary="List keys",
        description="Those of all doors.",
        params=ListKeys,
        answers={200: List[Key]},
    ),
    _operation(
        method="POST",
        path="/keys",
        handler=create,
        id="create_key",
        summary="Make a key",
        description="For this API. The answer has its secret, which is not shown again. A key that makes a key grants "
        "no more than it has, and never `administer`; the new key ends with it.",
        body=KeyInput,
        answers={201: NewKey},
        names=_NAMES,
        sample={"name": "Till", "scopes": ["read", "book"]},
        has_secret=True,
    ),
    _operation(
        method="GET",
        path=_KEY,
        handler=show,
        id="get_key",
        summary="Show a key",
        params=KeyPath,
        answers={200: Key},
        tracked=_TRACKED,
    ),
    _operation(
        method="PATCH",
        path=_KEY,
        handler=change,
        id="change_key",
        summary="Change a key",
        description="With effect from the next request. Keys don't change keys that administer.",
        params=KeyPath,
        body=KeyPatch,
        answers={200: Key},
        refusals=(Retired,),
        names=_NAMES,
        tracked=_TRACKED,
        sample={"name": "Till, ground floor", "scopes": ["read"]},
    ),
    _operation(
        method="DELETE",
        path=_KEY,
        handler=revoke,
        id="revoke_key",
        summary="Revoke a key",
        description="With effect from the next request, and with all keys that it made. A key may revoke itself, but "
        "no other that administers.",
        params=KeyPath,
        answers={204: None},
        tracked=_TRACKED,
    ),
)
