"""A new invoice: what it is about, what would be on it and what would not, and its terms."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import msgspec

from kalends.actions.billing.issue import USUAL_TERMS, InvoiceDraft
from kalends.actions.context import Context
from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Form, Group, once
from kalends.console.views.invoices import PATH, InvoiceView, invoice_view
from kalends.console.views.times import Times
from kalends.engine.billing.discount import DISCOUNT_KINDS, Discount
from kalends.engine.billing.invoice import PAYMENT_METHODS
from kalends.engine.billing.selection import InvoiceSelection, LeftOut
from kalends.engine.billing.terms import InvoiceTerms
from kalends.engine.time.clock import DAY
from kalends.notices.texts import Message

SELECTED = ("booking", "customer", "first", "last")
TERMS = ("text", "reference", "due_days", "payment_method", "discount_kind", "discount_rate")
NAMES = {"booking_ids": "booking", "customer_id": "customer", "until": "last"}
"""The names of fields by what the action calls them."""


class LeftOutView(msgspec.Struct, frozen=True):
    """Something that was selected and is not on the invoice, and why."""

    day: str
    booking_id: int
    why: Message


class DraftView(msgspec.Struct, frozen=True):
    """The invoice as it would be; `missing` is what keeps it from being issued; `mended_at` where that is entered, as
    the text of a link and its path."""

    invoice: InvoiceView
    left_out: tuple[LeftOutView, ...]
    missing: tuple[Message, ...]
    mended_at: tuple[tuple[str, str], ...]
    empty: bool


def selection_fields(sent: Mapping[str, str], ctx: Context) -> tuple[Field, ...]:
    """The fields that say what is invoiced: a booking, or all of a customer in some days."""
    if not sent["customer"]:
        return (Field("booking", "invoices.booking", value=sent["booking"], attributes={"inputmode": "numeric"}),)
    first = (ctx.today.replace(day=1) - DAY).replace(day=1)
    last = ctx.today.replace(day=1) - timedelta(days=1)
    return (
        Field("first", "invoices.first", kind="date", value=sent["first"] or first.isoformat()),
        Field("last", "invoices.last", kind="date", value=sent["last"] or last.isoformat()),
    )


def is_selected(sent: Mapping[str, str]) -> bool:
    """Whether it is said what is to be invoiced."""
    return bool(sent["booking"] or (sent["customer"] and sent["first"] and sent["last"]))


def sent_selection(sent: Mapping[str, str]) -> tuple[InvoiceSelection, Values]:
    """What is to be invoiced, and what could not be read of it."""
    values = Values(sent)
    booking, customer = values.id("booking"), values.id("customer")
    first, last = values.day("first"), values.day("last")
    selection = InvoiceSelection(
        booking_ids=(booking,) if booking else (),
        customer_id=customer or None,
        first=first or None,
        until=last + DAY if last else None,
    )
    return selection, values


def terms_form(sent: Mapping[str, str], draft: InvoiceDraft) -> Form:
    """The form that issues the invoice; it has what was selected, and the total that was seen."""
    kinds = (Choice("", "invoices.no_discount"), *(Choice(kind, f"discount.{kind}") for kind in DISCOUNT_KINDS))
    methods = tuple(Choice(method, f"paid.{method}") for method in PAYMENT_METHODS)
    days = {"inputmode": "numeric", "min": "0", "max": "3650"}
    fields = (
        Field("text", "invoices.text", kind="textarea", required=False, hint="invoices.text_hint"),
        Field("reference", "invoices.reference", required=False, value=draft.invoice.reference),
        Group(
            "invoices.payment",
            (
                Field("payment_method", "invoices.method", kind="select", value="invoice", choices=methods),
                Field("due_days", "invoices.due_days", kind="number", value=str(USUAL_TERMS.due_days), attributes=days),
            ),
            beside=True,
        ),
        Group(
            "invoices.discount",
            (
                Field("discount_kind", "invoices.discount_kind", kind="select", choices=kinds, required=False),
                Field("discount_rate", "invoices.discount_rate", required=False, attributes={"inputmode": "decimal"}),
            ),
            beside=True,
        ),
    )
    seen = {**{name: sent[name] for name in SELECTED if sent[name]}, "seen": str(draft.invoice.total)}
    return Form(PATH, fields, "invoices.issue", hidden={**once(), **seen}, back=PATH)


def sent_terms(values: Values) -> InvoiceTerms:
    """The terms; what could not be read is added to the faults of `values`."""
    kind, rate = values.text("discount_kind"), values.amount("discount_rate", Decimal())
    days = values.number("due_days", USUAL_TERMS.due_days)
    return InvoiceTerms(
        text=values.text("text"),
        reference=values.text("reference"),
        due_days=days if isinstance(days, int) else USUAL_TERMS.due_days,
        payment_method=values.text("payment_method") or USUAL_TERMS.payment_method,
        discount=Discount(kind, rate) if kind and isinstance(rate, Decimal) else None,
    )


def draft_view(draft: InvoiceDraft, ctx: Context, times: Times) -> DraftView:
    """The draft as the page shows it."""
    currency, invoice = draft.invoice.currency, invoice_view(draft.invoice, ctx, times)
    owners = {fault.field.partition(".")[0] for fault in draft.missing}
    places = {
        "issuer": ("profile.title", "/settings/business"),
        "customer": ("panel.to_customer", f"{invoice.customer_path}/edit"),
    }
    return DraftView(
        invoice=invoice,
        left_out=tuple(
            LeftOutView(times.day(left.day), left.booking_id, _why(left, currency, times)) for left in draft.left_out
        ),
        missing=tuple(Message(f"missing.{fault.field.replace('.', '_')}") for fault in draft.missing),
        mended_at=tuple(place for owner, place in places.items() if owner in owners),
        empty=not draft.invoice.rows,
    )


def _why(left: LeftOut, currency: str, times: Times) -> Message:
    if left.number is None:
        return Message(f"leftout.{left.reason}")
    amounts = {name: times.money(getattr(left, name) or Decimal(), currency) for name in ("invoiced", "price")}
    reason = left.reason if left.reason in ("invoiced", "changed") else "corrected"
    return Message(f"leftout.{reason}", {"number": left.number.text, **amounts})
