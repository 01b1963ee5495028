"""Amounts of money: exact decimals, in whole cents of their currency once they are to be paid."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
_DECIMALS_OF = {currency: decimals for decimals, names in _DECIMALS.items() for currency in names.split()}
_EXACTLY = Context(prec=60, rounding=ROUND_HALF_UP)
HUNDRED = Decimal(100)


def decimals_of(currency: str) -> int:
    """How many digits stand behind the point: 2 but in some currencies. Source: ISO 4217, minor units."""
    return _DECIMALS_OF.get(currency, 2)


def cent(currency: str) -> Decimal:
    """The least amount that can be paid: 0.01 EUR, 1 JPY, 0.001 KWD."""
    return Decimal(1).scaleb(-decimals_of(currency))


def product(*factors: Decimal) -> Decimal:
    """The exact product, for up to 60 digits."""
    result = Decimal(1)
    for factor in factors:
        result = _EXACTLY.multiply(result, factor)
    return result


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The quotient to 60 digits."""
    return _EXACTLY.divide(dividend, divisor)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole cents of the currency; half a cent is rounded up, away from zero."""
    return amount.quantize(cent(currency), context=_EXACTLY)


def share(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """The amount, in whole cents, shared out by weights, which are not negative, and not all of them zero.

    The shares are whole cents and sum to the amount; each is less than a cent from its exact part: the cents that are
    over go to those who lost most by rounding down (largest remainder), of equals to the first.
    """
    step, whole = cent(currency), sum(weights, Decimal())
    exact = [quotient(product(amount, weight), product(whole, step)) for weight in weights]
    cents = [int(part) for part in exact]
    over = int(quotient(amount, step)) - sum(cents)
    hungriest = sorted(range(len(cents)), key=lambda at: cents[at] - exact[at])
    for at in hungriest[:over]:
        cents[at] += 1
    return [product(Decimal(part), step) for part in cents]
