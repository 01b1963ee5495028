"""Cases of customers: list, add, show, change and archive them."""

from typing import Any

from msgspec import UNSET

from kalends.actions.bookings.cases import add_case_of_items, change_case_of_items, list_case_items
from kalends.actions.context import Context
from kalends.actions.customers.cases import archive_case, get_case, query_cases
from kalends.api.ids import write_id
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.cases import (
    Case,
    CaseInput,
    CasePatch,
    CasePath,
    ListCases,
    case_filters,
    case_patch,
    shown_case,
)
from kalends.engine.customers.case import CustomerCase
from kalends.engine.refusals import NotFound, Stale


async def listing(ctx: Context, request: Received[ListCases, None]) -> Answered:
    query = page_of(request, filters=case_filters(request.params))
    page = await query_cases(ctx, query)
    items = await list_case_items(ctx, [case.id for case in page.rows])
    return answered_list(request, query, page, lambda case: shown_case(case, items.get(case.id, ()), ctx.zone))


async def create(ctx: Context, request: Received[None, CaseInput]) -> Answered:
    case = await add_case_of_items(ctx, case_patch(request.body), request.body.items)
    return await _answered(ctx, case, location=f"/cases/{write_id('case', case.id)}")


async def show(ctx: Context, request: Received[CasePath, Any]) -> Answered:
    case = await get_case(ctx, request.params.case_id)
    return await _answered(ctx, case)


async def change(ctx: Context, request: Received[CasePath, CasePatch]) -> Answered:
    item_ids = None if request.body.items is UNSET else request.body.items
    case = await change_case_of_items(ctx, request.params.case_id, case_patch(request.body), item_ids)
    return await _answered(ctx, case)


async def archive(ctx: Context, request: Received[CasePath, None]) -> Answered:
    await archive_case(ctx, request.params.case_id)
    return Answered()


async def _answered(ctx: Context, case: CustomerCase, location: str = "") -> Answered:
    items = await list_case_items(ctx, [case.id])
    return answered(case, shown_case(case, items.get(case.id, ()), ctx.zone), location=location)


_CASE = "/cases/{case_id}"
_TRACKED = Tracked("customer_case", "case_id", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/cases",
        handler=listing,
        id="list_cases",
        summary="List cases of customers",
        tag="Customers",
        scope="read",
        params=ListCases,
        answers={200: List[Case]},
    ),
    Operation(
        method="POST",
        path="/cases",
        handler=create,
        id="create_case",
        summary="Add a case of a customer",
        tag="Customers",
        scope="book",
        body=CaseInput,
        answers={201: Case},
        refusals=(NotFound, Stale),
    ),
    Operation(
        method="GET",
        path=_CASE,
        handler=show,
        id="get_case",
        summary="Show a case",
        tag="Customers",
        scope="read",
        params=CasePath,
        answers={200: Case},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_CASE,
        handler=change,
        id="change_case",
        summary="Change a case",
        tag="Customers",
        scope="book",
        params=CasePath,
        body=CasePatch,
        answers={200: Case},
        refusals=(Stale,),
        tracked=_TRACKED,
    ),
    Operation(
        method="DELETE",
        path=_CASE,
        handler=archive,
        id="archive_case",
        summary="Archive a case",
        description="It is hidden; its items stay.",
        tag="Customers",
        scope="book",
        params=CasePath,
        answers={204: None},
        tracked=_TRACKED,
    ),
)
