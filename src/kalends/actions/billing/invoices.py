"""Invoices: issued for bookings, paid, and found again."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from kalends.actions.access import allow
from kalends.actions.accounts.profile import get_profile
from kalends.actions.billing.quotes import quotes
from kalends.actions.bookings.find import get_each_booking
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.billing.invoice import PAYMENT_METHODS, Charge, Discount, Invoice, InvoiceQuery, Party, charges
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.customers.customer import Customer
from kalends.engine.limits import AMOUNT_BOUND
from kalends.engine.query import Page
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.notices.invoice import render_invoice
from kalends.store import rows
from kalends.store.billing import invoices
from kalends.store.ids import next_ids

_NUMBER = re.compile(r"(\d{4})-(\d{4,9})", re.ASCII)
_FILE = re.compile(r"Invoice_(.+)\.pdf")
_LONGEST_TEXT = 10_000
_LATEST_DAYS = 3650
_MOST_BOOKINGS = 1000


@allow("book")
async def issue_invoice(
    ctx: Context,
    booking_ids: Sequence[int],
    *,
    discount: Discount | None = None,
    text: str = "",
    due_days: int = 14,
    payment_method: str = "invoice",
) -> Invoice:
    """An invoice for all that one customer's bookings cost now, due so many days from today.

    Raises NotFound(booking), and Invalid (booking_ids: blank, too_many, several_customers, invoiced, nothing_to_invoice
    or out_of_range; customer_id: blank; text: too_long; due_days: out_of_range; payment_method: unknown; and what
    engine.billing.invoice.charges says of the discount). An item stands on one invoice at most.
    """
    ids = sorted(set(booking_ids))
    _check(ids, text, due_days, payment_method)
    async with transaction(ctx) as tx:
        await invoices.lock_bookings(tx.db, ctx.account.id, ids)
        bookings = await get_each_booking(tx, ids)
        charged = await _charges(tx, bookings, discount)
        invoice = await _new_invoice(tx, _only_customer(bookings), charged)
        invoice = msgspec.structs.replace(
            invoice,
            text=text,
            payment_method=payment_method,
            due_on=ctx.today + timedelta(days=due_days),
            discount_kind=discount and discount.kind,
            discount_rate=discount and discount.rate,
        )
        await add(tx, invoice, "issue")
        await rows.insert(tx.db, *invoice.rows)
    return invoice


@allow("book")
async def pay_invoice(
    ctx: Context, invoice_id: int, paid_at: datetime | None, payment_method: str | None = None
) -> Invoice:
    """Say when an invoice was paid, None for not yet, and how unless that stays.

    Raises NotFound(invoice), Invalid(payment_method: unknown).
    """
    if payment_method not in (None, *PAYMENT_METHODS):
        raise Invalid(Fault("payment_method", "unknown"))
    async with transaction(ctx) as tx:
        present = await invoices.lock_invoice(tx.db, ctx.account.id, invoice_id, ctx.site_ids)
        if present is None:
            raise NotFound("invoice", invoice_id)
        method = payment_method or present.payment_method
        wanted = msgspec.structs.replace(present, paid_at=paid_at, payment_method=method)
        return await save(tx, present, wanted, "pay")


@allow("read")
async def list_invoices(ctx: Context, query: InvoiceQuery) -> Page[Invoice]:
    """One page of invoices with their rows, in the order of their numbers.

    Those that are about something where the key may not look are left out.
    """
    return Page(*await invoices.list_invoices(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read")
async def get_invoice(ctx: Context, invoice_id: int) -> Invoice:
    """One invoice. Raises NotFound(invoice)."""
    found = await invoices.find_invoice(ctx.db, ctx.account.id, invoice_id, ctx.site_ids)
    if found is None:
        raise NotFound("invoice", invoice_id)
    return found


@allow("read")
async def find_invoice(ctx: Context, number: str) -> Invoice:
    """The invoice with a number as people read it, such as `2026-0077`. Raises NotFound(invoice)."""
    parts = _NUMBER.fullmatch(number)
    year_and_number = (int(parts[1]), int(parts[2])) if parts else (0, 0)
    found = await invoices.find_numbered(ctx.db, ctx.account.id, *year_and_number, ctx.site_ids)
    if found is None or found.number_text != number:
        raise NotFound("invoice", number)
    return found


@allow("read")
async def find_invoice_by_file(ctx: Context, file: str) -> Invoice:
    """The invoice whose file is called so. Raises NotFound(invoice)."""
    name = _FILE.fullmatch(file)
    if name is None:
        raise NotFound("invoice", file)
    return await find_invoice(ctx, name[1])


@allow("read")
async def draw_invoice(ctx: Context, invoice: Invoice) -> bytes:
    """The invoice as a PDF in the account's language, drawn aside, so that others go on meanwhile."""
    return await asyncio.to_thread(render_invoice, invoice, ctx.account.locale, ctx.zone)


def _check(booking_ids: Sequence[int], text: str, due_days: int, payment_method: str) -> None:
    faults = [] if booking_ids else [Fault("booking_ids", "blank")]
    faults += [] if len(booking_ids) <= _MOST_BOOKINGS else [Fault("booking_ids", "too_many")]
    faults += [] if len(text) <= _LONGEST_TEXT else [Fault("text", "too_long")]
    faults += [] if 0 <= due_days <= _LATEST_DAYS else [Fault("due_days", "out_of_range")]
    faults += [] if payment_method in PAYMENT_METHODS else [Fault("payment_method", "unknown")]
    if faults:
        raise Invalid(*faults)


def _only_customer(bookings: Sequence[BookingWithItems]) -> Customer:
    customers = {whole.booking.customer_id: whole.customer for whole in bookings}
    if len(customers) > 1:
        raise Invalid(Fault("booking_ids", "several_customers"))
    (customer,) = customers.values()
    if customer is None:
        raise Invalid(Fault("customer_id", "blank"))
    return customer


async def _charges(ctx: Context, bookings: Sequence[BookingWithItems], discount: Discount | None) -> list[Charge]:
    lines = [line for quote in await quotes(ctx, bookings) for line in quote.lines]
    if not lines:
        raise Invalid(Fault("booking_ids", "nothing_to_invoice"))
    invoiced = await invoices.find_invoiced(ctx.db, ctx.account.id, [whole.booking.id for whole in bookings])
    if any(line.item_id in invoiced for line in lines):
        raise Invalid(Fault("booking_ids", "invoiced"))
    if _sum(line.total for line in lines) >= AMOUNT_BOUND:
        raise Invalid(Fault("booking_ids", "out_of_range"))
    return charges(lines, discount, ctx.account.currency)


async def _new_invoice(ctx: Context, customer: Customer, charged: Sequence[Charge]) -> Invoice:
    """An invoice due today, with its number, which is drawn last: until the end others wait for theirs."""
    account_id, issuer = ctx.account.id, await get_profile(ctx)
    (invoice_id,) = await next_ids(ctx.db, "invoice")
    row_ids = await next_ids(ctx.db, "invoice_row", len(charged))
    places = enumerate(zip(row_ids, charged, strict=True), 1)
    return Invoice(
        account_id=account_id,
        id=invoice_id,
        year=ctx.today.year,
        number=await invoices.claim_number(ctx.db, account_id, ctx.today.year),
        customer_id=customer.id,
        customer=_party(customer),
        issuer=issuer,
        currency=ctx.account.currency,
        text="",
        discount_kind=None,
        discount_rate=None,
        discount=_sum(charge.discount for charge in charged),
        net=_sum(charge.net for charge in charged),
        tax=_sum(charge.tax for charge in charged),
        total=_sum(charge.total for charge in charged),
        issued_at=ctx.now,
        due_on=ctx.today,
        payment_method="invoice",
        paid_at=None,
        revision=0,
        created_by=ctx.actor,
        rows=tuple(charge.row(account_id, row_id, invoice_id, position) for position, (row_id, charge) in places),
    )


def _party(customer: Customer) -> Party:
    """The customer as of now. A house number that a door keeps apart from the street is kept apart here."""
    names = ("company", "first_name", "last_name", "street", "postcode", "city", "country")
    kept = (own.get("house_number") for own in customer.details.values())
    house_number = next((str(number) for number in kept if number), "")
    return Party(house_number=house_number, **{name: getattr(customer, name) for name in names})


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal())
