"""Discounts on an invoice, and the lines of quotes as they are charged after one."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from kalends.engine.billing.invoice import InvoiceRow
from kalends.engine.billing.quote import Line
from kalends.engine.billing.tax import Taxable, shared_taxes
from kalends.engine.money import HUNDRED, product, quotient, rounded, share
from kalends.engine.refusals import Fault, Invalid

DISCOUNT_KINDS = ("amount", "percent")


class Discount(msgspec.Struct, frozen=True):
    """Off the sum of the prices, gross where these include tax: an amount in the currency, or percent."""

    kind: str
    rate: Decimal


class Charge(msgspec.Struct, frozen=True):
    """A line of a quote with its part of the discount and its share of the tax on what is left; all in whole cents."""

    line: Line
    discount: Decimal
    tax: Decimal
    total: Decimal

    @property
    def net(self) -> Decimal:
        """What is left after the discount, without tax."""
        return self.total - self.tax

    def row(self, account_id: int, row_id: int, invoice_id: int, position: int) -> InvoiceRow:
        """The row that it makes on an invoice."""
        place = {"account_id": account_id, "id": row_id, "invoice_id": invoice_id, "position": position}
        charged = {"discount": self.discount, "tax": self.tax, "total": self.total}
        return InvoiceRow(**{**msgspec.structs.asdict(self.line), **place, **charged})


def charges(lines: Sequence[Line], discount: Discount | None, currency: str, *, included: bool = False) -> list[Charge]:
    """The lines with the discount spread over them by their prices, to the cent, so that the parts sum to the whole;
    `included` says that prices include tax.

    Raises Invalid(discount_kind: unknown; discount_rate: out_of_range, for one below zero or above the sum).
    """
    prices = [line.price for line in lines]
    off = _off(sum(prices, Decimal()), discount, currency)
    parts = share(off, prices, currency) if off else [Decimal()] * len(prices)
    left = [Taxable(line.price - part, line.tax_rate) for line, part in zip(lines, parts, strict=True)]
    taxes = shared_taxes(left, currency, included=included)
    return [
        Charge(line, part, tax, taxable.amount if included else taxable.amount + tax)
        for line, part, taxable, tax in zip(lines, parts, left, taxes, strict=True)
    ]


def discount_faults(discount: Discount | None) -> list[Fault]:
    """What is wrong with a discount whatever it is taken off: discount_kind unknown; discount_rate out_of_range."""
    if discount is None:
        return []
    if discount.kind not in DISCOUNT_KINDS:
        return [Fault("discount_kind", "unknown")]
    rate = discount.rate
    fits = rate.is_finite() and rate >= 0 and not (discount.kind == "percent" and rate > HUNDRED)
    return [] if fits else [Fault("discount_rate", "out_of_range")]


def _off(whole: Decimal, discount: Discount | None, currency: str) -> Decimal:
    if faults := discount_faults(discount):
        raise Invalid(*faults)
    if discount is None:
        return Decimal()
    if discount.kind == "percent":
        return rounded(quotient(product(whole, discount.rate), HUNDRED), currency)
    if discount.rate > whole:
        raise Invalid(Fault("discount_rate", "out_of_range"))
    return min(rounded(discount.rate, currency), whole)
