"""Arithmetic with amounts of money: exact decimals, rounded to the smallest unit of the currency (here: a cent)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

_CURRENCIES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
_DECIMALS = {currency: decimals for decimals, names in _CURRENCIES.items() for currency in names.split()}
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
HUNDRED = Decimal(100)


def decimals_of(currency: str) -> int:
    """The number of decimals of a currency's amounts, mostly 2. Source: ISO 4217, minor units."""
    return _DECIMALS.get(currency, 2)


def cent(currency: str) -> Decimal:
    """The smallest unit of a currency: 0.01 EUR, 1 JPY, 0.001 KWD."""
    return Decimal(1).scaleb(-decimals_of(currency))


def product(*factors: Decimal) -> Decimal:
    """The product, exact up to 60 digits."""
    result = Decimal(1)
    for factor in factors:
        result = _EXACT.multiply(result, factor)
    return result


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The quotient to 60 digits."""
    return _EXACT.divide(dividend, divisor)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount rounded to whole cents of the currency; half a cent is rounded away from zero."""
    return amount.quantize(cent(currency), context=_EXACT)


def share(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Split an amount of whole cents in proportion to weights (none negative, not all zero), largest remainder method.

    The shares are whole cents and sum to the amount: each exact share is rounded down, and the cents left over go to
    the shares that lost most, of equal ones to the first.
    """
    unit, total_weight = cent(currency), sum(weights, Decimal())
    exact_cents = [quotient(product(amount, weight), product(total_weight, unit)) for weight in weights]
    cents = [int(exact) for exact in exact_cents]
    left_over = int(quotient(amount, unit)) - sum(cents)
    by_loss = sorted(range(len(cents)), key=lambda index: cents[index] - exact_cents[index])
    for index in by_loss[:left_over]:
        cents[index] += 1
    return [product(Decimal(count), unit) for count in cents]
