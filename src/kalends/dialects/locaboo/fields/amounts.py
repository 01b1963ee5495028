"""Amounts as the page writes them: as texts in one place, as numbers in another."""

from decimal import Decimal

import msgspec


def plain(amount: Decimal) -> str:
    """`20`, `9.95`: no more decimals than it needs."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(amount: Decimal) -> msgspec.Raw:
    """The same as a JSON number."""
    return msgspec.Raw(plain(amount))


def number(amount: Decimal) -> int | float:
    """The same for what is compared or may be a text beside it; rounded as floats are."""
    return int(amount) if amount == int(amount) else float(amount)
