"""Writes amounts as the page does: as text in some fields, as numbers in others."""

from decimal import Decimal

import msgspec


def plain(amount: Decimal) -> str:
    """An amount without trailing zeros: `20`, `9.95`."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(amount: Decimal) -> msgspec.Raw:
    """An amount as a JSON number without trailing zeros."""
    return msgspec.Raw(plain(amount))


def number(amount: Decimal) -> int | float:
    """An amount as a Python number, which may be rounded as floats are."""
    return int(amount) if amount == int(amount) else float(amount)
