"""Occasions: list, add, show and change events that are advertised, and the papers about them."""

from functools import partial
from typing import Any

from msgspec import UNSET

from kalends.actions.billing.documents import add_document, get_occasion_with_documents, process_document
from kalends.actions.billing.occasions import add_occasion, change_occasion, get_occasion, list_occasions
from kalends.actions.context import Context
from kalends.api.lists import List, answered_rows, answered_sorted
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.occasions import (
    DocumentPath,
    ListOccasions,
    Occasion,
    OccasionDocument,
    OccasionDocumentInput,
    OccasionInput,
    OccasionPatch,
    OccasionPath,
    Processed,
    document_patch,
    occasion_dates,
    occasion_patch,
    shown_document,
    shown_occasion,
)
from kalends.engine.refusals import Duplicate, NotFound


async def listing(ctx: Context, request: Received[ListOccasions, None]) -> Answered:
    first, last = occasion_dates(request.params)
    listed = sorted(await list_occasions(ctx, first, last), key=_position)
    return answered_sorted(request, listed, _position, partial(shown_occasion, tz=ctx.zone))


async def create(ctx: Context, request: Received[None, OccasionInput]) -> Answered:
    occasion = await add_occasion(ctx, occasion_patch(request.body, ctx.zone))
    shown = shown_occasion(occasion, ctx.zone)
    return answered(occasion, shown, location=f"/occasions/{shown.id}")


async def show(ctx: Context, request: Received[OccasionPath, Any]) -> Answered:
    occasion = await get_occasion(ctx, request.params.occasion_id)
    return answered(occasion, shown_occasion(occasion, ctx.zone))


async def change(ctx: Context, request: Received[OccasionPath, OccasionPatch]) -> Answered:
    occasion = await change_occasion(ctx, request.params.occasion_id, occasion_patch(request.body, ctx.zone))
    return answered(occasion, shown_occasion(occasion, ctx.zone))


async def documents(ctx: Context, request: Received[OccasionPath, None]) -> Answered:
    occasion = await get_occasion_with_documents(ctx, request.params.occasion_id)
    return answered_rows(request, [shown_document(paper.document, ctx) for paper in occasion.papers])


async def create_document(ctx: Context, request: Received[OccasionPath, OccasionDocumentInput]) -> Answered:
    patch = document_patch(request.body, ctx.account.currency)
    document = await add_document(ctx, request.params.occasion_id, patch)
    return Answered(value=shown_document(document, ctx))


async def process(ctx: Context, request: Received[DocumentPath, Processed]) -> Answered:
    day = None if request.body.date is UNSET else request.body.date
    document = await process_document(ctx, request.params.document_id, day)
    return Answered(value=shown_document(document, ctx))


def _position(occasion: Any) -> tuple[Any, ...]:
    return occasion.starts_at, occasion.id


_OCCASION = "/occasions/{occasion_id}"
_TRACKED = Tracked("occasion", "occasion_id", show)
_NAMES = {"entrance_minute": "entrance", "beginning_minute": "beginning", "last": "to"}
_operation = partial(Operation, tag="Occasions", names=_NAMES)

OPERATIONS = (
    _operation(
        method="GET",
        path="/occasions",
        handler=listing,
        id="list_occasions",
        summary="List the events that are advertised",
        description="In the order of their starts.",
        scope="read",
        params=ListOccasions,
        answers={200: List[Occasion]},
    ),
    _operation(
        method="POST",
        path="/occasions",
        handler=create,
        id="create_occasion",
        summary="Add an event",
        description="Not for keys of some sites.",
        scope="manage",
        body=OccasionInput,
        answers={201: Occasion},
        sample={"title": "Harbour concert", "from": "2027-06-01T17:00:00+02:00", "to": "2027-06-01T23:00:00+02:00"},
    ),
    _operation(
        method="GET",
        path=_OCCASION,
        handler=show,
        id="get_occasion",
        summary="Show an event",
        description="Also one that is not advertised any more.",
        scope="read",
        params=OccasionPath,
        answers={200: Occasion},
        tracked=_TRACKED,
    ),
    _operation(
        method="PATCH",
        path=_OCCASION,
        handler=change,
        id="change_occasion",
        summary="Change an event",
        description="Not for keys of some sites.",
        scope="manage",
        params=OccasionPath,
        body=OccasionPatch,
        answers={200: Occasion},
        tracked=_TRACKED,
        sample={"headline": "An evening by the sea"},
    ),
    _operation(
        method="GET",
        path=f"{_OCCASION}/documents",
        handler=documents,
        id="list_occasion_documents",
        summary="List the papers about an event",
        description="The oldest first, without those about bookings where the key may not look.",
        scope="read",
        params=OccasionPath,
        answers={200: List[OccasionDocument]},
    ),
    _operation(
        method="POST",
        path=f"{_OCCASION}/documents",
        handler=create_document,
        id="create_occasion_document",
        summary="Add an offer, an order confirmation or an invoice about an event",
        description="It is a note of such a paper. Invoices themselves are issued with `POST /invoices`.",
        scope="book",
        params=OccasionPath,
        body=OccasionDocumentInput,
        answers={201: OccasionDocument},
        refusals=(Duplicate, NotFound),
        names={"booking_ids": "bookings", "invoice_id": "invoice", "day": "date"},
        sample={"kind": "offer", "bookings": ["bkg_1042"]},
    ),
    _operation(
        method="POST",
        path="/documents/{document_id}/process",
        handler=process,
        id="process_document",
        summary="Note that a paper was dealt with",
        scope="book",
        params=DocumentPath,
        body=Processed,
        answers={200: OccasionDocument},
        names={"processed_on": "date"},
    ),
)
