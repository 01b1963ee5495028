"""Invoices: what a customer is to pay for bookings, final once it is issued; only its payment is still to come."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.quote import Line, taxed
from kalends.engine.money import HUNDRED, product, quotient, rounded, share
from kalends.engine.refusals import Fault, Invalid

DISCOUNT_KINDS = ("amount", "percent")
PAYMENT_METHODS = ("invoice", "cash", "card", "transfer", "debit")


class Discount(msgspec.Struct, frozen=True):
    """Off the net sum: an amount in the currency, or percent."""

    kind: str
    rate: Decimal


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """The customer as known when the invoice was issued; everything is text, and "" is nothing."""

    company: str = ""
    first_name: str = ""
    last_name: str = ""
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    @property
    def name(self) -> str:
        """The company, else first and last name."""
        return self.company or f"{self.first_name} {self.last_name}".strip()


class InvoiceRow(msgspec.Struct, frozen=True):
    """One line of an invoice. `price` is net before its `discount`; `total` is price - discount + tax."""

    account_id: int
    id: int
    invoice_id: int
    position: int
    booking_id: int
    item_id: int
    resource_id: int | None
    service_id: int | None
    title: str
    day: date
    recurs: bool
    per: str | None
    rate: Decimal
    units: Decimal
    price: Decimal
    discount: Decimal
    tax_rate: Decimal
    tax: Decimal
    total: Decimal

    @property
    def net(self) -> Decimal:
        """What is left after the discount, before tax."""
        return self.price - self.discount


class Invoice(msgspec.Struct, frozen=True):
    """An invoice with its rows. `net` is after the discount; net + tax = total, and all are the sums of the rows.

    Numbers count from 1 in each year of the account, without a gap.
    """

    account_id: int
    id: int
    year: int
    number: int
    customer_id: int | None
    customer: Party
    issuer: Profile
    currency: str
    text: str
    discount_kind: str | None
    discount_rate: Decimal | None
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal
    issued_at: datetime
    due_on: date
    payment_method: str
    paid_at: datetime | None
    revision: int
    created_by: str
    rows: tuple[InvoiceRow, ...] = ()

    @property
    def number_text(self) -> str:
        """The number as people read it: `2026-0077`."""
        return f"{self.year}-{self.number:04}"

    @property
    def file(self) -> str:
        """What its file is called."""
        return f"Invoice_{self.number_text}.pdf"


class InvoiceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which invoices, in the order of their numbers: those issued from an instant up to, not including, another."""

    issued_from: datetime | None = None
    issued_until: datetime | None = None
    customer_id: int | None = None
    limit: int | None = None
    offset: int = 0


class Charge(msgspec.Struct, frozen=True):
    """A line of a quote with its part of the discount, and tax on what is left; all in whole cents."""

    line: Line
    discount: Decimal
    tax: Decimal

    @property
    def net(self) -> Decimal:
        return self.line.price - self.discount

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    def row(self, account_id: int, row_id: int, invoice_id: int, position: int) -> InvoiceRow:
        """The row that it makes on an invoice."""
        place = {"account_id": account_id, "id": row_id, "invoice_id": invoice_id, "position": position}
        charged = {"discount": self.discount, "tax": self.tax, "total": self.total}
        return InvoiceRow(**{**msgspec.structs.asdict(self.line), **place, **charged})


def charges(lines: Sequence[Line], discount: Discount | None, currency: str) -> list[Charge]:
    """The lines with the discount spread over them by their prices, to the cent, so that the parts sum to the whole.

    Raises Invalid(discount_kind: unknown; discount_rate: out_of_range, for one below zero or above the sum).
    """
    prices = [line.price for line in lines]
    off = _off(sum(prices, Decimal()), discount, currency)
    parts = share(off, prices, currency) if off else [Decimal()] * len(prices)
    return [
        Charge(line, part, taxed(line.price - part, line.tax_rate, currency))
        for line, part in zip(lines, parts, strict=True)
    ]


def _off(net: Decimal, discount: Discount | None, currency: str) -> Decimal:
    if discount is None:
        return Decimal()
    if discount.kind not in DISCOUNT_KINDS:
        raise Invalid(Fault("discount_kind", "unknown"))
    most = HUNDRED if discount.kind == "percent" else net
    if not discount.rate.is_finite() or not 0 <= discount.rate <= most:
        raise Invalid(Fault("discount_rate", "out_of_range"))
    if discount.kind == "amount":
        return min(rounded(discount.rate, currency), net)
    return rounded(quotient(product(net, discount.rate), HUNDRED), currency)
