"""Money: an amount as text, exactly as it is, and its currency (`{"amount": "450.00", "currency": "NOK"}`)."""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from kalends.engine.money import cent
from kalends.engine.refusals import Fault, Invalid

Amount = Annotated[str, Meta(pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["450.00"])]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217.", examples=["NOK"])]


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """An amount of money."""

    amount: Amount
    currency: Currency


class MoneyInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount of money, in the currency of the account."""

    amount: Amount
    currency: Currency


def shown_money(amount: Decimal, currency: str) -> Money:
    """The amount with at least the decimals that the currency has."""
    unit = cent(currency)
    exact = amount.quantize(unit) if amount == amount.quantize(unit) else amount.normalize()
    return Money(amount=format(exact, "f"), currency=currency)


def read_money(money: MoneyInput, currency: str, pointer: str) -> Decimal:
    """The amount. Raises Invalid(pointer/currency: not_included, if it is not the currency of the account)."""
    if money.currency != currency:
        raise Invalid(Fault(f"{pointer}/currency", "not_included"))
    return Decimal(money.amount)
