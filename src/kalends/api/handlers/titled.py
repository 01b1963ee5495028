"""Groups of customers and categories of resources: list, add, show and rename them."""

from typing import Any

from kalends.actions.catalog.custom_fields import add_category, get_category, list_categories, rename_category
from kalends.actions.catalog.prices import add_group, get_group, list_groups, rename_group
from kalends.actions.context import Context
from kalends.api.lists import List, answered_sorted
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.titled import (
    Category,
    CategoryInput,
    CategoryPath,
    CustomerGroup,
    CustomerGroupInput,
    CustomerGroupPath,
    ListTitled,
    shown_category,
    shown_group,
)
from kalends.engine.refusals import Duplicate


async def groups(ctx: Context, request: Received[ListTitled, None]) -> Answered:
    listed = await list_groups(ctx)
    return answered_sorted(request, listed, _position, shown_group)


async def create_group(ctx: Context, request: Received[None, CustomerGroupInput]) -> Answered:
    group = await add_group(ctx, request.body.title)
    shown = shown_group(group)
    return answered(group, shown, location=f"/customer-groups/{shown.id}")


async def show_group(ctx: Context, request: Received[CustomerGroupPath, Any]) -> Answered:
    group = await get_group(ctx, request.params.group_id)
    return answered(group, shown_group(group))


async def rename_one_group(ctx: Context, request: Received[CustomerGroupPath, CustomerGroupInput]) -> Answered:
    group = await rename_group(ctx, request.params.group_id, request.body.title)
    return answered(group, shown_group(group))


async def categories(ctx: Context, request: Received[ListTitled, None]) -> Answered:
    listed = await list_categories(ctx)
    return answered_sorted(request, listed, _position, shown_category)


async def create_category(ctx: Context, request: Received[None, CategoryInput]) -> Answered:
    category = await add_category(ctx, request.body.title)
    shown = shown_category(category)
    return answered(category, shown, location=f"/categories/{shown.id}")


async def show_category(ctx: Context, request: Received[CategoryPath, Any]) -> Answered:
    category = await get_category(ctx, request.params.category_id)
    return answered(category, shown_category(category))


async def rename_one_category(ctx: Context, request: Received[CategoryPath, CategoryInput]) -> Answered:
    category = await rename_category(ctx, request.params.category_id, request.body.title)
    return answered(category, shown_category(category))


def _position(record: Any) -> tuple[int]:
    return (record.id,)


_GROUP, _CATEGORY = "/customer-groups/{group_id}", "/categories/{category_id}"
_TRACKED_GROUP = Tracked("customer_group", "group_id", show_group)
_TRACKED_CATEGORY = Tracked("category", "category_id", show_category)

OPERATIONS = (
    Operation(
        method="GET",
        path="/customer-groups",
        handler=groups,
        id="list_customer_groups",
        summary="List the groups of customers",
        tag="Customers",
        scope="read",
        params=ListTitled,
        answers={200: List[CustomerGroup]},
    ),
    Operation(
        method="POST",
        path="/customer-groups",
        handler=create_group,
        id="create_customer_group",
        summary="Add a group of customers",
        description="Not for keys of some sites.",
        tag="Customers",
        scope="manage",
        body=CustomerGroupInput,
        answers={201: CustomerGroup},
        refusals=(Duplicate,),
    ),
    Operation(
        method="GET",
        path=_GROUP,
        handler=show_group,
        id="get_customer_group",
        summary="Show a group of customers",
        tag="Customers",
        scope="read",
        params=CustomerGroupPath,
        answers={200: CustomerGroup},
        tracked=_TRACKED_GROUP,
    ),
    Operation(
        method="PATCH",
        path=_GROUP,
        handler=rename_one_group,
        id="rename_customer_group",
        summary="Rename a group of customers",
        description="Not for keys of some sites.",
        tag="Customers",
        scope="manage",
        params=CustomerGroupPath,
        body=CustomerGroupInput,
        answers={200: CustomerGroup},
        refusals=(Duplicate,),
        tracked=_TRACKED_GROUP,
    ),
    Operation(
        method="GET",
        path="/categories",
        handler=categories,
        id="list_categories",
        summary="List the categories of resources",
        tag="Resources",
        scope="read",
        params=ListTitled,
        answers={200: List[Category]},
    ),
    Operation(
        method="POST",
        path="/categories",
        handler=create_category,
        id="create_category",
        summary="Add a category of resources",
        description="Not for keys of some sites.",
        tag="Resources",
        scope="manage",
        body=CategoryInput,
        answers={201: Category},
        refusals=(Duplicate,),
    ),
    Operation(
        method="GET",
        path=_CATEGORY,
        handler=show_category,
        id="get_category",
        summary="Show a category of resources",
        tag="Resources",
        scope="read",
        params=CategoryPath,
        answers={200: Category},
        tracked=_TRACKED_CATEGORY,
    ),
    Operation(
        method="PATCH",
        path=_CATEGORY,
        handler=rename_one_category,
        id="rename_category",
        summary="Rename a category of resources",
        description="Not for keys of some sites.",
        tag="Resources",
        scope="manage",
        params=CategoryPath,
        body=CategoryInput,
        answers={200: Category},
        refusals=(Duplicate,),
        tracked=_TRACKED_CATEGORY,
    ),
)
