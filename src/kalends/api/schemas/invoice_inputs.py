"""What is sent to issue, pay and take back invoices, and to list them."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.actions.context import Context
from kalends.api.expand import Expand, Expandable
from kalends.api.ids import BookingRef, CustomerRef, InvoiceRef, ItemRef
from kalends.api.lists import Listing
from kalends.api.schemas.invoices import DiscountKind, PaymentMethod, Percent, Quantity, Standing
from kalends.api.times import MomentIn, settled
from kalends.engine.billing.correction import Credit
from kalends.engine.billing.discount import Discount
from kalends.engine.billing.invoice import STANDINGS
from kalends.engine.billing.selection import MOST_SELECTED, InvoiceSelection
from kalends.engine.billing.terms import LATEST_DUE_DAYS, LONGEST_INVOICE_TEXT, InvoiceTerms
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.query import Filter
from kalends.engine.refusals import Fault, Invalid

Text = Annotated[str, Meta(max_length=LONGEST_INVOICE_TEXT, examples=["Thank you."])]
Amount = Annotated[Decimal, Meta(description="In the invoice's currency, exact, as text.", examples=["100.00"])]


class DiscountInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Off the sum of the prices: an amount in the account's currency, or percent."""

    kind: DiscountKind
    rate: Quantity


class InvoiceInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be invoiced: some bookings, some items, or all that a customer has booked on some days."""

    bookings: Annotated[list[BookingRef], Meta(max_length=MOST_SELECTED)] = []
    items: Annotated[list[ItemRef], Meta(max_length=MOST_SELECTED)] = []
    customer: CustomerRef | UnsetType = UNSET
    first_day: Annotated[
        date | UnsetType,
        Meta(description="Only what starts on this day or later; needed with a customer.", examples=["2027-03-01"]),
    ] = UNSET
    until_day: Annotated[
        date | UnsetType,
        Meta(
            description="The first day that does not count any more; needed with a customer.", examples=["2027-04-01"]
        ),
    ] = UNSET
    discount: DiscountInput | UnsetType = UNSET
    text: Annotated[Text, Meta(description="Stands above the rows.")] = ""
    reference: Annotated[
        str, Meta(max_length=LONGEST_LINE, description="The customer's sign for this invoice.", examples=["Order 7"])
    ] = ""
    due_days: Annotated[int, Meta(ge=0, le=LATEST_DUE_DAYS, description="Days to pay.", examples=[14])] = 14
    payment_method: PaymentMethod = "invoice"


class Payment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When and how an invoice was paid."""

    paid_at: Annotated[
        MomentIn | UnsetType | None, Meta(description="Now, if it is left out; null: it is not paid after all.")
    ] = UNSET
    payment_method: PaymentMethod | UnsetType = UNSET


class Cancellation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an invoice is taken back."""

    text: Annotated[Text, Meta(description="Stands above the rows.")] = ""


class CreditedAmount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount that is given back of a tax rate; gross where the invoice's prices include tax."""

    tax_rate: Percent
    amount: Amount


class CreditNoteInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of an invoice is given back: rows by their positions, or amounts by tax rate."""

    positions: Annotated[list[Annotated[int, Meta(examples=[1])]], Meta(max_length=MOST_SELECTED)] = []
    amounts: Annotated[list[CreditedAmount], Meta(max_length=100)] = []
    amounts_title: Annotated[
        str, Meta(max_length=LONGEST_LINE, description="What stands on the rows of amounts.", examples=["Goodwill"])
    ] = ""
    text: Annotated[Text, Meta(description="Stands above the rows.")] = ""


class InvoicePath(Expandable, frozen=True, kw_only=True):
    """One invoice."""

    invoice_id: InvoiceRef


class ListInvoices(Listing, frozen=True, kw_only=True):
    """Which invoices, cancellations and credit notes to list, in the order in which they were issued."""

    customer: CustomerRef | UnsetType = UNSET
    standing: Standing | UnsetType = UNSET
    issued_from: Annotated[MomentIn | UnsetType, Meta(description="Issued then or later.")] = UNSET
    issued_to: Annotated[MomentIn | UnsetType, Meta(description="Issued before.")] = UNSET
    expand: Expand = UNSET


def invoice_filters(ctx: Context, params: ListInvoices) -> tuple[Filter, ...]:
    """The filters of a list. Raises SkippedTime, RepeatedTime."""
    filters = [] if params.customer is UNSET else [Filter("customer_id", "equal", params.customer)]
    if params.standing is not UNSET:
        filters.append(Filter("standing", "equal", STANDINGS.index(params.standing) + 1))
    if params.issued_from is not UNSET:
        filters.append(Filter("issued_at", "at_least", settled(params.issued_from, ctx.zone, "?issued_from")))
    if params.issued_to is not UNSET:
        filters.append(Filter("issued_at", "less", settled(params.issued_to, ctx.zone, "?issued_to")))
    return tuple(filters)


def invoice_selection(sent: InvoiceInput) -> InvoiceSelection:
    """What is to be invoiced."""
    return InvoiceSelection(
        booking_ids=tuple(sent.bookings),
        item_ids=tuple(sent.items),
        customer_id=None if sent.customer is UNSET else sent.customer,
        first=None if sent.first_day is UNSET else sent.first_day,
        until=None if sent.until_day is UNSET else sent.until_day,
    )


def invoice_terms(sent: InvoiceInput) -> InvoiceTerms:
    """What is said on the invoice beside its rows."""
    discount = None if sent.discount is UNSET else Discount(sent.discount.kind, sent.discount.rate)
    return InvoiceTerms(
        discount=discount,
        text=sent.text,
        reference=sent.reference,
        due_days=sent.due_days,
        payment_method=sent.payment_method,
    )


def credit_of(sent: CreditNoteInput) -> Credit:
    """What is given back. Raises Invalid(/amounts/N/tax_rate: invalid, if the rate is there already)."""
    amounts: dict[Decimal, Decimal] = {}
    faults = []
    for number, each in enumerate(sent.amounts):
        faults += [Fault(f"/amounts/{number}/tax_rate", "invalid")] if each.tax_rate in amounts else []
        amounts[each.tax_rate] = each.amount
    if faults:
        raise Invalid(*faults)
    return Credit(positions=tuple(sent.positions), amounts=amounts, amounts_title=sent.amounts_title)
