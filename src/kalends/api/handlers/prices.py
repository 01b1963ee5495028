"""Price rules: list, add, show, change and remove them."""

from typing import Any

from kalends.actions.catalog.price_rules import add_price, change_price, get_price, query_prices, remove_price
from kalends.actions.context import Context
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.catalog import filters_of
from kalends.api.schemas.prices import (
    ListPrices,
    PricePath,
    PriceRule,
    PriceRuleInput,
    PriceRulePatch,
    price_owner,
    price_patch,
    shown_price,
)
from kalends.engine.refusals import NotFound


async def listing(ctx: Context, request: Received[ListPrices, None]) -> Answered:
    filters = filters_of(resource_id=request.params.resource, service_id=request.params.service)
    query = page_of(request, filters=filters)
    page = await query_prices(ctx, query)
    return answered_list(request, query, page, lambda price: shown_price(price, ctx))


async def create(ctx: Context, request: Received[None, PriceRuleInput]) -> Answered:
    patch, owner = price_patch(request.body, ctx), price_owner(request.body)
    price = await add_price(ctx, patch, **owner)
    shown = shown_price(price, ctx)
    return answered(price, shown, location=f"/prices/{shown.id}")


async def show(ctx: Context, request: Received[PricePath, Any]) -> Answered:
    price = await get_price(ctx, request.params.price_id)
    return answered(price, shown_price(price, ctx))


async def change(ctx: Context, request: Received[PricePath, PriceRulePatch]) -> Answered:
    patch = price_patch(request.body, ctx)
    price = await change_price(ctx, request.params.price_id, patch)
    return answered(price, shown_price(price, ctx))


async def remove(ctx: Context, request: Received[PricePath, None]) -> Answered:
    await remove_price(ctx, request.params.price_id)
    return Answered()


_PRICE = "/prices/{price_id}"
_TRACKED = Tracked("price", "price_id", show)
_NAMES = {"group_ids": "groups"}

OPERATIONS = (
    Operation(
        method="GET",
        path="/prices",
        handler=listing,
        id="list_prices",
        summary="List price rules",
        tag="Prices",
        scope="read",
        params=ListPrices,
        answers={200: List[PriceRule]},
    ),
    Operation(
        method="POST",
        path="/prices",
        handler=create,
        id="create_price",
        summary="Add a price rule",
        tag="Prices",
        scope="manage",
        body=PriceRuleInput,
        answers={201: PriceRule},
        refusals=(NotFound,),
        names=_NAMES,
        sample={"service": "svc_1042", "per": "booking", "amount": {"amount": "450.00", "currency": "NOK"}},
    ),
    Operation(
        method="GET",
        path=_PRICE,
        handler=show,
        id="get_price",
        summary="Show a price rule",
        tag="Prices",
        scope="read",
        params=PricePath,
        answers={200: PriceRule},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_PRICE,
        handler=change,
        id="change_price",
        summary="Change a price rule",
        description="What is on an invoice stays as it is.",
        tag="Prices",
        scope="manage",
        params=PricePath,
        body=PriceRulePatch,
        answers={200: PriceRule},
        names=_NAMES,
        sample={"amount": {"amount": "500.00", "currency": "NOK"}},
        tracked=_TRACKED,
    ),
    Operation(
        method="DELETE",
        path=_PRICE,
        handler=remove,
        id="remove_price",
        summary="Remove a price rule",
        tag="Prices",
        scope="manage",
        params=PricePath,
        answers={204: None},
        tracked=_TRACKED,
    ),
)
