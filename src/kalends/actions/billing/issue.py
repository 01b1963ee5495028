"""Invoices for bookings: looked at as drafts, then issued."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.accounts.profile import get_profile
from kalends.actions.billing.quotes import load_tariff
from kalends.actions.bookings.find import get_bookings, get_each_booking
from kalends.actions.context import Context, transaction
from kalends.actions.customers.find import get_customer
from kalends.actions.save import add
from kalends.engine.all_refusals import check_found
from kalends.engine.billing.content import missing_content
from kalends.engine.billing.discount import charges
from kalends.engine.billing.invoice import Invoice, InvoiceRow, party_of, reference_of
from kalends.engine.billing.quote import Line, quote
from kalends.engine.billing.selection import InvoiceSelection, LeftOut, Selected, select, selection_faults
from kalends.engine.billing.terms import InvoiceTerms, terms_faults
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.customers.customer import Customer
from kalends.engine.limits import AMOUNT_BOUND, raise_if_faults
from kalends.engine.refusals import Fault, Invalid, Stale
from kalends.engine.time.clock import DAY, instant
from kalends.engine.time.span import Span
from kalends.store import rows
from kalends.store.billing import invoiced
from kalends.store.billing.invoices import claim_number
from kalends.store.ids import next_ids

USUAL_TERMS = InvoiceTerms()
_UTC = ZoneInfo("UTC")


class InvoiceDraft(msgspec.Struct, frozen=True):
    """An invoice as it would be issued now, without a number: without rows there is nothing to invoice.

    `left_out` are the items that were selected and are not on it, `missing` is what keeps it from being issued.
    """

    invoice: Invoice
    left_out: tuple[LeftOut, ...]
    missing: tuple[Fault, ...]


@allow("read")
async def draft_invoice(ctx: Context, selection: InvoiceSelection, terms: InvoiceTerms = USUAL_TERMS) -> InvoiceDraft:
    """The invoice that would be issued; nothing is kept of it.

    Raises NotFound(booking, item, customer), and Invalid: booking_ids (blank, invalid: several ways to select at once,
    too_many, several_customers, out_of_range); item_ids too_many; first, until blank; until before_start; customer_id
    blank (the booking is for nobody); text, reference invalid or too_long; due_days out_of_range; payment_method
    unknown; discount_kind unknown; discount_rate out_of_range.
    """
    raise_if_faults(selection_faults(selection) + terms_faults(terms))
    return await _draft(ctx, selection, terms, await _booking_ids(ctx, selection))


@allow("book")
async def issue_invoice(
    ctx: Context,
    selection: InvoiceSelection,
    terms: InvoiceTerms = USUAL_TERMS,
    expected: Invoice | None = None,
) -> Invoice:
    """Issue an invoice for what is selected, agreed to and on no invoice yet; it is final.

    `expected` is the draft that somebody has looked at. Raises what `draft_invoice` does, Invalid(booking_ids: invoiced
    when all of it is on invoices, nothing_to_invoice; and what is missing, as engine.billing.content names it), and
    Stale when the invoice would not be the expected one any more.
    """
    raise_if_faults(selection_faults(selection) + terms_faults(terms))
    async with transaction(ctx) as tx:
        booking_ids = await _booking_ids(tx, selection)
        await invoiced.lock_bookings(tx.db, ctx.account.id, booking_ids)
        draft = await _draft(tx, selection, terms, booking_ids)
        if not draft.invoice.rows:
            on_invoices = draft.left_out and all(item.number for item in draft.left_out)
            raise Invalid(Fault("booking_ids", "invoiced" if on_invoices else "nothing_to_invoice"))
        raise_if_faults(draft.missing)
        if expected is not None and _essence(expected) != _essence(draft.invoice):
            raise Stale()
        return await keep_invoice(tx, draft.invoice, "issue")


@internal
async def keep_invoice(ctx: Context, draft: Invoice, verb: str) -> Invoice:
    """In the action's transaction: a draft with ids and its number, written. The number is drawn last: until the end
    others wait for theirs."""
    account_id = ctx.account.id
    (invoice_id,) = await next_ids(ctx.db, "invoice")
    row_ids = await next_ids(ctx.db, "invoice_row", len(draft.rows))
    own_rows = tuple(
        msgspec.structs.replace(row, id=row_id, invoice_id=invoice_id)
        for row_id, row in zip(row_ids, draft.rows, strict=True)
    )
    number = await claim_number(ctx.db, account_id, draft.kind, draft.year)
    invoice = msgspec.structs.replace(draft, id=invoice_id, number=number, rows=own_rows)
    await add(ctx, invoice, verb)
    await rows.insert(ctx.db, *invoice.rows)
    return invoice


async def _booking_ids(ctx: Context, selection: InvoiceSelection) -> list[int]:
    """The bookings that a selection is about, in ascending order. Raises NotFound(item, customer)."""
    account_id, period = ctx.account.id, _period(selection)
    if selection.item_ids:
        booking_of = await invoiced.find_bookings_of_items(ctx.db, account_id, selection.item_ids)
        check_found(("item", selection.item_ids, booking_of))
        return sorted(set(booking_of.values()))
    if selection.customer_id is not None and period is not None:
        await get_customer(ctx, selection.customer_id)
        return await invoiced.find_bookings_of_customer(ctx.db, account_id, selection.customer_id, period)
    return sorted(set(selection.booking_ids))


def _period(selection: InvoiceSelection) -> Span | None:
    """The instants at which the selected days are anywhere: no clock is a whole day from UTC."""
    if selection.first is None or selection.until is None:
        return None
    return Span(instant(selection.first - DAY, 0, _UTC), instant(selection.until + DAY, 0, _UTC))


async def _draft(
    ctx: Context, selection: InvoiceSelection, terms: InvoiceTerms, booking_ids: Sequence[int]
) -> InvoiceDraft:
    if selection.customer_id is not None:
        bookings = list((await get_bookings(ctx, booking_ids)).values())
        customer = await get_customer(ctx, selection.customer_id)
    else:
        bookings = await get_each_booking(ctx, booking_ids)
        customer = _only_customer(bookings)
    selected = await _selected(ctx, selection, bookings)
    invoice = await _unnumbered(ctx, customer, selected.lines, terms)
    return InvoiceDraft(invoice, selected.left_out, tuple(missing_content(invoice)))


async def _selected(ctx: Context, selection: InvoiceSelection, bookings: Sequence[BookingWithItems]) -> Selected:
    tariff = await load_tariff(ctx)
    quoted = [(booking, quote(booking, tariff, ctx.now)) for booking in bookings]
    before = await invoiced.find_invoiced(ctx.db, ctx.account.id, [booking.booking.id for booking in bookings])
    selected = select(quoted, selection, before, tariff, ctx.now)
    if _sum(line.total for line in selected.lines) >= AMOUNT_BOUND:
        raise Invalid(Fault("booking_ids", "out_of_range"))
    return selected


def _only_customer(bookings: Sequence[BookingWithItems]) -> Customer:
    customers = {booking.booking.customer_id: booking.customer for booking in bookings}
    if len(customers) > 1:
        raise Invalid(Fault("booking_ids", "several_customers"))
    (customer,) = customers.values()
    if customer is None:
        raise Invalid(Fault("customer_id", "blank"))
    return customer


async def _unnumbered(ctx: Context, customer: Customer, lines: Sequence[Line], terms: InvoiceTerms) -> Invoice:
    """The invoice for these lines, as it would be issued now."""
    account, issuer = ctx.account, await get_profile(ctx)
    included = account.policy.prices_include_tax
    charged = charges(lines, terms.discount if lines else None, account.currency, included=included)
    own_rows = tuple(
        _with_exemption(charge.row(account.id, 0, 0, position), issuer.exemption)
        for position, charge in enumerate(charged, 1)
    )
    return Invoice(
        account_id=account.id,
        id=0,
        year=ctx.today.year,
        number=0,
        customer_id=customer.id,
        customer=party_of(customer),
        issuer=issuer,
        currency=account.currency,
        prices_include_tax=included,
        reference=terms.reference or reference_of(customer),
        text=terms.text,
        discount_kind=terms.discount.kind if terms.discount else None,
        discount_rate=terms.discount.rate if terms.discount else None,
        discount=_sum(row.discount for row in own_rows),
        net=_sum(row.net for row in own_rows),
        tax=_sum(row.tax for row in own_rows),
        total=_sum(row.total for row in own_rows),
        issued_at=ctx.now,
        due_on=ctx.today + timedelta(days=terms.due_days),
        payment_method=terms.payment_method,
        paid_at=None,
        revision=0,
        created_by=ctx.actor,
        updated_at=ctx.now,
        rows=own_rows,
    )


def _with_exemption(row: InvoiceRow, usual: str) -> InvoiceRow:
    return msgspec.structs.replace(row, exemption="" if row.tax_rate else row.exemption or usual)


def _essence(invoice: Invoice) -> tuple[object, ...]:
    """What somebody who looked at a draft relies on."""
    return invoice.customer, invoice.issuer, invoice.total, invoice.discount, invoice.rows


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal())
