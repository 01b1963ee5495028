"""Documents: the papers about an event, over bookings that are made for it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.find import get_bookings, get_each_booking
from kalends.actions.context import Context, transaction
from kalends.actions.events import get_event
from kalends.actions.invoices import get_invoice
from kalends.actions.noting import note
from kalends.actions.prices import quotes
from kalends.engine.event import (
    NUMBERED,
    Document,
    DocumentWish,
    OccasionWithDocuments,
    Paper,
    faults_of_document,
    next_number,
)
from kalends.engine.listing import BookingWithItems
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import events
from kalends.store.accounts import lock_account
from kalends.store.ids import next_ids


@allow("read")
async def get_occasion(ctx: Context, event_id: int) -> OccasionWithDocuments:
    """An event with its documents and the whole bookings that they are about. Raises NotFound(event).

    Bookings that are deleted are left out, and so is a document of which some booking is where the key may not look.
    """
    event = await get_event(ctx, event_id)
    documents = await events.find_documents(ctx.db, ctx.account.id, event_id, ctx.site_ids)
    named = {booking_id for document in documents for booking_id in document.booking_ids}
    bookings = await get_bookings(ctx, named)
    return OccasionWithDocuments(event, tuple(_paper(document, bookings) for document in documents))


@allow("book")
async def add_document(ctx: Context, event_id: int, wish: DocumentWish) -> Document:
    """A new document about an event.

    Raises NotFound(event, booking or invoice), Duplicate(number), and Invalid (kind: unknown, number: blank or
    too_long, amount: out_of_range, invoice_id: invalid on another kind of document).
    """
    if wish.kind not in NUMBERED:
        raise Invalid(Fault("kind", "unknown"))
    if wish.invoice_id is not None and wish.kind != "invoice":
        raise Invalid(Fault("invoice_id", "invalid"))
    async with transaction(ctx) as tx:
        await get_event(tx, event_id)
        document = await _drafted(tx, event_id, wish)
        if faults := faults_of_document(document):
            raise Invalid(*faults)
        await events.add_document(tx.db, document)
        await note(tx, "add", None, document)
        return document


@allow("book")
async def process_document(ctx: Context, document_id: int, day: date | None = None) -> Document:
    """Note on which day a document was dealt with, today unless it is said; an earlier note is replaced.

    Raises NotFound(document), Invalid(processed_on: before_start) for a day before the document's own.
    """
    async with transaction(ctx) as tx:
        present = await events.lock_document(tx.db, ctx.account.id, document_id, ctx.site_ids)
        if present is None:
            raise NotFound("document", document_id)
        wanted = msgspec.structs.replace(present, processed_on=day or ctx.today)
        if wanted.processed_on is not None and wanted.processed_on < wanted.day:
            raise Invalid(Fault("processed_on", "before_start"))
        if wanted != present:
            await events.save_document(tx.db, wanted)
            await note(tx, "process", present, wanted)
        return wanted


async def _drafted(ctx: Context, event_id: int, wish: DocumentWish) -> Document:
    bookings = await get_each_booking(ctx, sorted(set(wish.booking_ids)))
    number, amount = wish.number, wish.amount
    if wish.invoice_id is not None:
        invoice = await get_invoice(ctx, wish.invoice_id)
        number, amount = invoice.number_text, invoice.total
    (document_id,) = await next_ids(ctx.db, "document")
    return Document(
        account_id=ctx.account.id,
        id=document_id,
        occasion_id=event_id,
        kind=wish.kind,
        number=await _next_number(ctx, wish.kind) if number is None else number.strip(),
        amount=await _price(ctx, bookings) if amount is None else amount,
        day=wish.day or ctx.today,
        processed_on=None,
        invoice_id=wish.invoice_id,
        created_at=ctx.now,
        booking_ids=tuple(ordered.booking.id for ordered in bookings),
    )


async def _next_number(ctx: Context, kind: str) -> str:
    """Nobody else draws one of the account's numbers until the end of the transaction."""
    await lock_account(ctx.db, ctx.account.slug)
    return next_number(kind, await events.find_numbers(ctx.db, ctx.account.id, kind))


async def _price(ctx: Context, bookings: Sequence[BookingWithItems]) -> Decimal:
    return sum((quoted.total for quoted in await quotes(ctx, bookings)), Decimal())


def _paper(document: Document, bookings: Mapping[int, BookingWithItems]) -> Paper:
    about = (bookings.get(booking_id) for booking_id in document.booking_ids)
    return Paper(document, tuple(ordered for ordered in about if ordered))
