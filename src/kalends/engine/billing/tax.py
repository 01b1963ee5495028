"""Tax on the lines of a quote or an invoice: for each rate on the sum of its lines, rounded once.

Source: EN 16931, BR-CO-17. Where prices include tax, the tax is counted out of the sum of the gross prices.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from kalends.engine.money import HUNDRED, product, quotient, rounded, share


class Taxable(msgspec.Struct, frozen=True):
    """What tax is due on: an amount that is not negative, gross where prices include tax, and its rate in percent."""

    amount: Decimal
    rate: Decimal


class RateSum(msgspec.Struct, frozen=True):
    """The net and the tax of all lines of one rate."""

    rate: Decimal
    net: Decimal
    tax: Decimal


def tax_on(amount: Decimal, rate: Decimal, currency: str, *, included: bool = False) -> Decimal:
    """The tax on an amount in whole cents: on top of a net one, or `included` in a gross one."""
    return rounded(quotient(product(amount, rate), HUNDRED + rate if included else HUNDRED), currency)


def shared_taxes(parts: Sequence[Taxable], currency: str, *, included: bool = False) -> list[Decimal]:
    """The tax of each part, in their order: its share of the tax on the sum of its rate, by largest remainder.

    The taxes of a rate add up to that tax to the cent, in whatever order the parts stand.
    """
    positions: dict[Decimal, list[int]] = {}
    for position, part in enumerate(parts):
        positions.setdefault(part.rate, []).append(position)
    taxes = [Decimal()] * len(parts)
    for rate, own in positions.items():
        amounts = [parts[position].amount for position in own]
        tax = tax_on(sum(amounts, Decimal()), rate, currency, included=included)
        for position, shared in zip(own, share(tax, amounts, currency) if tax else (), strict=False):
            taxes[position] = shared
    return taxes


def rate_sums(lines: Iterable[tuple[Decimal, Decimal, Decimal]]) -> list[RateSum]:
    """The sums of lines given as (rate, net, tax), for each rate, the lowest rate first."""
    sums: dict[Decimal, RateSum] = {}
    for rate, net, tax in lines:
        before = sums.get(rate, RateSum(rate, Decimal(), Decimal()))
        sums[rate] = RateSum(rate, before.net + net, before.tax + tax)
    return [sums[rate] for rate in sorted(sums)]
