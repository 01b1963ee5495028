"""Documents: the papers about an event, over bookings that are made for it."""

from collections.abc import Mapping
from datetime import date

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow
from kalends.actions.billing.invoices import get_invoice
from kalends.actions.billing.occasions import get_occasion
from kalends.actions.billing.quotes import total_of
from kalends.actions.bookings.find import get_bookings, get_each_booking
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.billing.document import (
    NUMBERED,
    Document,
    DocumentPatch,
    OccasionWithDocuments,
    Paper,
    check_document,
    next_number,
)
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.accounts.accounts import lock_account
from kalends.store.billing import occasions
from kalends.store.ids import next_ids


@allow("read")
async def get_occasion_with_documents(ctx: Context, event_id: int) -> OccasionWithDocuments:
    """An event with its documents and the whole bookings that they are about. Raises NotFound(event).

    Bookings that are deleted are left out, and so is a document of which some booking is where the key may not look.
    """
    event = await get_occasion(ctx, event_id)
    documents = await occasions.find_documents(ctx.db, ctx.account.id, event_id, ctx.site_ids)
    named = {booking_id for document in documents for booking_id in document.booking_ids}
    bookings = await get_bookings(ctx, named)
    return OccasionWithDocuments(event, tuple(_paper(document, bookings) for document in documents))


@allow("book")
async def add_document(ctx: Context, event_id: int, patch: DocumentPatch) -> Document:
    """A new document about an event.

    Raises NotFound(event, booking or invoice), Duplicate(number), and Invalid (kind: unknown, number: blank, invalid or
    too_long, amount: out_of_range, invoice_id: invalid on another kind of document).
    """
    if patch.kind is UNSET or patch.kind not in NUMBERED:
        raise Invalid(Fault("kind", "unknown"))
    if patch.invoice_id is not UNSET and patch.kind != "invoice":
        raise Invalid(Fault("invoice_id", "invalid"))
    async with transaction(ctx) as tx:
        await get_occasion(tx, event_id)
        document = await _new_document(tx, event_id, patch.kind, patch)
        check_document(document)
        await add(tx, document)
        await occasions.add_document_bookings(tx.db, document)
        return document


@allow("book")
async def process_document(ctx: Context, document_id: int, day: date | None = None) -> Document:
    """Note on which day a document was dealt with, None for today; an earlier note is replaced.

    Raises NotFound(document), Invalid(processed_on: before_start) for a day before the document's own.
    """
    async with transaction(ctx) as tx:
        present = await occasions.lock_document(tx.db, ctx.account.id, document_id, ctx.site_ids)
        if present is None:
            raise NotFound("document", document_id)
        processed_on = day or ctx.today
        if processed_on < present.day:
            raise Invalid(Fault("processed_on", "before_start"))
        return await save(tx, present, msgspec.structs.replace(present, processed_on=processed_on), "process")


async def _new_document(ctx: Context, event_id: int, kind: str, patch: DocumentPatch) -> Document:
    bookings = await get_each_booking(ctx, sorted(set(patch.booking_ids or ())))
    number, amount = patch.number, patch.amount
    if patch.invoice_id is not UNSET:
        invoice = await get_invoice(ctx, patch.invoice_id)
        number, amount = invoice.number_text, invoice.total
    (document_id,) = await next_ids(ctx.db, "document")
    return Document(
        account_id=ctx.account.id,
        id=document_id,
        occasion_id=event_id,
        kind=kind,
        number=await _next_number(ctx, kind) if number is UNSET else number.strip(),
        amount=await total_of(ctx, bookings) if amount is UNSET else amount,
        day=ctx.today if patch.day is UNSET else patch.day,
        processed_on=None,
        invoice_id=None if patch.invoice_id is UNSET else patch.invoice_id,
        created_at=ctx.now,
        booking_ids=tuple(ordered.booking.id for ordered in bookings),
    )


async def _next_number(ctx: Context, kind: str) -> str:
    """The next number of the kind; nobody else draws one of the account's until the end of the transaction."""
    await lock_account(ctx.db, ctx.account.slug)
    return next_number(kind, await occasions.find_numbers(ctx.db, ctx.account.id, kind))


def _paper(document: Document, bookings: Mapping[int, BookingWithItems]) -> Paper:
    about = (bookings.get(booking_id) for booking_id in document.booking_ids)
    return Paper(document, tuple(ordered for ordered in about if ordered))
