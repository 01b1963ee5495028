"""Invoices and their rows; states and payment methods have German names on the wire.

Source: the page's invoice_list; vendors/locaboo.md, 5.3, for what clients read beside it. The page's example adds up
(price + tax = total, with a discount) only if a row's price is the price after the discount.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.kit.fields import Computed, Field, Line, constant, from_row, renderer
from kalends.dialects.locaboo.fields.amounts import exact, plain
from kalends.dialects.locaboo.fields.view import RenderContext
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


def _meta(invoice: Invoice) -> Mapping[str, Any]:
    """No invoice is about a deposit [inferred]."""
    return {"invoice_type": invoice.kind, "is_caution": False, "customer": {"id": invoice.customer_id}}


def _calc(invoice: Invoice) -> Mapping[str, str]:
    """The sums, by the names that rows have [inferred]."""
    return {"price": plain(invoice.net), "tax_price": plain(invoice.tax), "total": plain(invoice.total)}


def _rows_of(kind: str) -> Callable[[RenderContext], Callable[[Invoice], Mapping[str, Any]]]:
    """The rows of bookings, inventory or features (services), by their ids, as clients' types have them."""

    def bind(context: RenderContext) -> Callable[[Invoice], Mapping[str, Any]]:
        return lambda invoice: {
            str(row.id): _row_in_brief(row, invoice) for row in invoice.rows if _kind_of(row, context) == kind
        }

    return bind


def _kind_of(row: InvoiceRow, context: RenderContext) -> str:
    if row.service_id is not None:
        return "feature"
    resource = context.resources.get(row.resource_id or 0)
    return "inventory" if resource and resource.kind == "inventory" else "booking"


def _row_in_brief(row: InvoiceRow, invoice: Invoice) -> Mapping[str, Any]:
    """A row with its amounts as texts; all rows are cancelled if the invoice is [inferred]."""
    return {
        "canceled": invoice.is_cancelled,
        "resource_id": row.resource_id,
        "resource_text": row.title,
        "instance_id": row.item_id,
        "date": row.day.strftime(DAY),
        "total": plain(row.total),
        "price": plain(row.net),
        "tax_price": plain(row.tax),
    }


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
    # Not on the page: what clients read beside it.
    Field("document_date", "issued_at", start_as(DAY), "out"),
    Computed("meta", from_row(_meta)),
    Computed("booking", _rows_of("booking")),
    Computed("inventory", _rows_of("inventory")),
    Computed("feature", _rows_of("feature")),
    Computed("calc", from_row(_calc)),
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
