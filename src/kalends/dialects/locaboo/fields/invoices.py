"""Invoices and their rows; states and payment methods have German names on the wire.

Source: the page's invoice_list. Its example adds up (price + tax = total, with a discount) only if a row's price is the
price after the discount.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.kit.fields import Computed, Field, Line, constant, from_row, renderer
from kalends.dialects.locaboo.fields.amounts import exact, plain
from kalends.dialects.locaboo.fields.wall import DAY, MOMENT, date_as, start_as
from kalends.engine.billing.invoice import Invoice, InvoiceRow

PAID, UNPAID, DONE = "Bezahlt", "Offen", "Fertig"
METHODS = {
    "invoice": "Auf Rechnung",
    "cash": "Bar",
    "card": "Karte",
    "transfer": "Überweisung",
    "debit": "Lastschrift",
}
PERS = {"hour": "Pro Stunde", "day": "Pro Tag", "booking": "Pro Buchung", "quantity": "Pro Stück"}
UNITS = {"hour": "hours", "day": "days", "booking": "bookings", "quantity": "pieces"}
SINGLE, SERIES = "Einzel", "Serie"


def _write_recurs(recurs: bool) -> str:
    return SERIES if recurs else SINGLE


def _rate(row: InvoiceRow) -> str:
    return f"{plain(row.rate)} {PERS.get(row.per or '', '')}".rstrip()


def _row_discount(row: InvoiceRow) -> msgspec.Raw | None:
    return exact(row.discount) if row.discount else None


def _discount(invoice: Invoice) -> Mapping[str, Any] | None:
    """None without a discount [inferred], as in rows."""
    if invoice.discount_rate is None:
        return None
    return {"type": invoice.discount_kind, "rate": exact(invoice.discount_rate)}


def _payment_status(invoice: Invoice) -> str:
    return PAID if invoice.paid_at else UNPAID


def _customer(invoice: Invoice) -> Mapping[str, Any]:
    """Name and address as they were when the invoice was issued, with the customer's present id."""
    party = invoice.customer
    return {
        "id": invoice.customer_id,
        "company": party.company,
        "first_name": party.first_name,
        "last_name": party.last_name,
        "street": party.street,
        "house_number": party.house_number,
        "zip": party.postcode,
        "city": party.city,
        "country": party.country,
    }


def _rows(context: WireContext) -> Callable[[Invoice], list[Any]]:
    render_row = row(context)
    return lambda invoice: list(map(render_row, invoice.rows))


_text = codecs.text()
_day = date_as(DAY)
_exact = codecs.write_only(exact)

ROW: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("date", "day", _day, "out"),
    Field("resource_id", "resource_id", codecs.identifier, "out"),
    Field("booking_id", "booking_id", codecs.identifier, "out"),
    Field("type", "recurs", codecs.write_only(_write_recurs), "out"),
    Field("duration", "units", _exact, "out"),
    Field("unit", "per", codecs.write_only(UNITS.__getitem__), "out"),
    Field("price", "net", _exact, "out"),
    Field("tax_rate", "tax_rate", _exact, "out"),
    Field("tax", "tax", _exact, "out"),
    Field("total", "total", _exact, "out"),
    Computed("rate", from_row(_rate)),
    Computed("discount", from_row(_row_discount)),
)
INVOICE: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("invoice_number", "number_text", _text, "out"),
    Field("created", "issued_at", start_as(MOMENT), "out"),
    Field("file", "file", _text, "out"),
    Field("discount_price", "discount", _exact, "out"),
    Field("total_price", "total", _exact, "out"),
    Field("currency", "currency", _text, "out"),
    Field("text", "text", _text, "out"),
    Field("payment_type", "payment_method", codecs.write_only(METHODS.__getitem__), "out"),
    Field("due_date", "due_on", _day, "out"),
    Computed("discount", from_row(_discount)),
    Computed("payment_status", from_row(_payment_status)),
    Computed("status", constant(DONE)),
    Computed("customer", from_row(_customer)),
    Computed("invoice_rows", _rows),
)
QUERY = (
    Field("date_from", "first", codecs.day, "in"),
    Field("date_to", "last", codecs.day, "in"),
    Field("limit", "limit", codecs.number(1), "in"),
    Field("offset", "offset", codecs.number(0), "in"),
)
"""Filters and paging of invoice_list, with days of issue; the page names none of these [inferred]."""

row = renderer("InvoiceRow", ROW)
invoice = renderer("Invoice", INVOICE)
