"""Invoices, also those that take others back; they are read only."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kalends.dialects.cliniko.fields.filters import DATE, DATETIME, ID, NUMBER, FilterField, FilterKind, Listing
from kalends.dialects.cliniko.fields.view import NO_LINK, RenderContext, link, list_of, moment_of, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, write_only
from kalends.dialects.kit.fields import Computed, Field, constant, from_row, renderer
from kalends.engine.billing.invoice import NO_SUBJECT, STANDINGS, Invoice, InvoiceSubject

STATUSES: Mapping[str, tuple[int, str]] = {
    "open": (10, "Open"),
    "paid": (20, "Paid"),
    "closed": (30, "Closed"),
    "credit": (40, "Open credit"),
}
"""Number and word of each standing."""


def _read_status(value: Any, context: Any) -> int | None:
    """The number of a standing, counted from 1. Unreadable: not_included, not_a_number."""
    status = codecs.number().read(value, context)
    ranks = {STATUSES[standing][0]: rank for rank, standing in enumerate(STANDINGS, 1)}
    if status is not None and status not in ranks:
        raise Unreadable("not_included")
    return None if status is None else ranks[status]


def _write_amount(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01')):f}"


_amount = write_only(_write_amount)


def _subject(link_of: Callable[[InvoiceSubject], tuple[str, int | None]]) -> Callable[[RenderContext], Any]:
    def bind(context: RenderContext) -> Callable[[Invoice], Any]:
        def render(invoice: Invoice) -> Any:
            path, record_id = link_of(context.subjects.get(invoice.id, NO_SUBJECT))
            return NO_LINK if record_id is None else {"links": {"self": f"{context.url}/{path}/{record_id}"}}

        return render

    return bind


def _appointment(subject: InvoiceSubject) -> tuple[str, int | None]:
    if subject.session_id is not None:
        return "group_appointments", subject.session_id
    return "individual_appointments", subject.item_id


def _issued_on(context: RenderContext) -> Callable[[Invoice], date]:
    return lambda invoice: invoice.issued_at.astimezone(context.account_zone).date()


def _closed_at(invoice: Invoice) -> datetime | None:
    """When it was cancelled, or cancels, or was paid."""
    match invoice.standing:
        case "closed":
            return invoice.issued_at if invoice.kind == "cancellation" else invoice.changed_at
        case "paid":
            return invoice.paid_at
        case _:
            return None


def _invoice_to(invoice: Invoice) -> str:
    party = invoice.customer
    place = f"{party.postcode} {party.city}".strip()
    return "\n".join(line for line in (party.name, f"{party.street} {party.house_number}".strip(), place) if line)


INVOICE = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("created_at", "issued_at", codecs.moment, "out"),
    Field("updated_at", "changed_at", codecs.moment, "out"),
    Field("number", "link.number.digits", codecs.number(), "out"),
    Field("notes", "text", codecs.text(codecs.TEXT, null=""), "out"),
    Field("net_amount", "net", _amount, "out"),
    Field("tax_amount", "tax", _amount, "out"),
    Field("total_amount", "total", _amount, "out"),
    Field("discounted_amount", "discount", _amount, "out"),
    Computed("issue_date", _issued_on),
    Computed("closed_at", moment_of(_closed_at)),
    Computed("archived_at", constant(None)),
    Computed("deleted_at", constant(None)),
    Computed("online_payment_url", constant(None)),
    Computed("patient_extra_information", constant(None)),
    Computed("invoice_to", from_row(_invoice_to)),
    Computed("status", from_row(lambda invoice: STATUSES[invoice.standing][0])),
    Computed("status_description", from_row(lambda invoice: STATUSES[invoice.standing][1])),
    Computed("appointment", _subject(_appointment)),
    Computed("business", _subject(lambda subject: ("businesses", subject.site_id))),
    Computed("practitioner", _subject(lambda subject: ("practitioners", subject.person_id))),
    Computed("patient", link("patients", lambda invoice: invoice.customer_id)),
    Computed("invoice_items", list_of("invoices", "invoice_items")),
    Computed("links", self_link("invoices")),
)

INVOICES = Listing(
    "invoices",
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "archived_at", DATETIME),
        FilterField("created_at", "issued_at", DATETIME),
        FilterField("deleted_at", "archived_at", DATETIME),
        FilterField("updated_at", "changed_at", DATETIME),
        FilterField("appointment_id", "occupancy_id", ID),
        FilterField("business_id", "site_id", ID),
        FilterField("issue_date", "issued_on", DATE),
        FilterField("number", "digits", NUMBER),
        FilterField("patient_id", "customer_id", ID),
        FilterField("practitioner_id", "person_id", ID),
        FilterField("status", "standing", FilterKind(Codec(_read_status), NUMBER.operators, many=True)),
    ),
)

invoice = renderer("Invoice", INVOICE)
