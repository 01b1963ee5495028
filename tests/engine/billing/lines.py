"""Lines, quotes and invoices in short, for tests of the rules about them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.discount import Discount, charges
from kalends.engine.billing.invoice import Invoice, InvoiceRow, Party
from kalends.engine.billing.quote import Line

NOON = datetime(2027, 3, 1, 11, tzinfo=UTC)
HALL = Profile(
    company="Stadthalle", street="Ring 1", postcode="1010", city="Wien", country="AT", tax_number="12 345/6789"
)
CLUB = Party(company="Verein", street="Weg", house_number="5", postcode="8010", city="Graz", country="AT")


def line(price: Decimal | str, tax_rate: Decimal | int = 19, **given: Any) -> Line:
    """An hour of the hall for that much."""
    amount = Decimal(price)
    usual: dict[str, Any] = {
        "item_id": 1,
        "booking_id": 2,
        "resource_id": 3,
        "service_id": None,
        "title": "Hall",
        "about": "",
        "per": "hour",
        "rate": amount,
        "units": Decimal(1),
        "pieces": 1,
        "seconds": 3600,
        "price": amount,
        "tax_rate": Decimal(tax_rate),
        "exemption": "",
        "tax": Decimal(),
        "total": amount,
        "day": date(2027, 3, 1),
        "starts_at": NOON,
        "ends_at": NOON.replace(hour=12),
        "time_zone": "Europe/Vienna",
        "recurs": False,
    }
    return Line(**{**usual, **given})


def invoice_of(*lines: Line, discount: Discount | None = None, included: bool = False, **given: Any) -> Invoice:
    """An invoice of these lines, issued at noon, whose rows have the ids 101, 102 and so on."""
    charged = charges(lines, discount, "EUR", included=included)
    rows: tuple[InvoiceRow, ...] = tuple(charge.row(1, 100 + at, 7, at) for at, charge in enumerate(charged, 1))
    sums = {name: sum((getattr(row, name) for row in rows), Decimal()) for name in ("discount", "net", "tax", "total")}
    usual: dict[str, Any] = {
        "account_id": 1,
        "id": 7,
        "year": 2027,
        "number": 1,
        "customer_id": 9,
        "customer": CLUB,
        "issuer": HALL,
        "currency": "EUR",
        "prices_include_tax": included,
        "text": "",
        "discount_kind": discount.kind if discount else None,
        "discount_rate": discount.rate if discount else None,
        "issued_at": NOON,
        "due_on": date(2027, 3, 15),
        "payment_method": "invoice",
        "paid_at": None,
        "revision": 0,
        "created_by": "Tester",
        "updated_at": NOON,
        "rows": rows,
    }
    return Invoice(**{**usual, **sums, **given})
