"""Invoices and their rows, in the German words in which the vendor tells how they are paid.

Source: the page's invoice_list. Its example sums up only so (price + tax = total, beside a discount) when a row's price
is what the discount has left.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.kit.fields import Computed, Field, Line, renderer
from kalends.dialects.locaboo.fields.amounts import exact, plain
from kalends.dialects.locaboo.fields.wall import DAY, MOMENT, start_as
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


def _same(value: Any) -> Callable[[WireContext], Callable[[Any], Any]]:
    return lambda wire_context: lambda row: value


def _made(make: Callable[[Any], Any]) -> Callable[[WireContext], Callable[[Any], Any]]:
    return lambda wire_context: make


def _rate(row: InvoiceRow) -> str:
    return f"{plain(row.rate)} {PERS.get(row.per or '', '')}".rstrip()


def _discount(invoice: Invoice) -> Mapping[str, Any] | None:
    """None without one [inferred], as of a row."""
    if invoice.discount_rate is None:
        return None
    return {"type": invoice.discount_kind, "rate": exact(invoice.discount_rate)}


def _row_discount(row: InvoiceRow) -> msgspec.Raw | None:
    return exact(row.discount) if row.discount else None


def _customer(invoice: Invoice) -> Mapping[str, Any]:
    """The customer as then, beside the id that it has had since."""
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


def _rows(wire_context: WireContext) -> Callable[[Invoice], list[Any]]:
    show = row(wire_context)
    return lambda invoice: list(map(show, invoice.rows))


_text = codecs.text()
_day = codecs.write_only(lambda day: day.strftime(DAY))
_exact = codecs.write_only(exact)

ROW: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("date", "day", _day, "out"),
    Field("resource_id", "resource_id", codecs.identifier, "out"),
    Field("booking_id", "booking_id", codecs.identifier, "out"),
    Field("type", "recurs", codecs.write_only(lambda recurs: SERIES if recurs else SINGLE), "out"),
    Field("duration", "units", _exact, "out"),
    Field("unit", "per", codecs.write_only(UNITS.__getitem__), "out"),
    Field("price", "net", _exact, "out"),
    Field("tax_rate", "tax_rate", _exact, "out"),
    Field("tax", "tax", _exact, "out"),
    Field("total", "total", _exact, "out"),
    Computed("rate", _made(_rate)),
    Computed("discount", _made(_row_discount)),
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
    Computed("discount", _made(_discount)),
    Computed("payment_status", _made(lambda invoice: PAID if invoice.paid_at else UNPAID)),
    Computed("status", _same(DONE)),
    Computed("customer", _made(_customer)),
    Computed("invoice_rows", _rows),
)
QUERY = (
    Field("date_from", "first", codecs.day, "in"),
    Field("date_to", "last", codecs.day, "in"),
    Field("limit", "limit", codecs.number(1), "in"),
    Field("offset", "offset", codecs.number(0), "in"),
)
"""What clients may ask of the list, by the day of issue; the page names none of it [inferred]."""

row = renderer("InvoiceRow", ROW)
invoice = renderer("Invoice", INVOICE)
