"""What the options of `kalends invoice` mean: days, discounts, amounts."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import typer

from kalends.cli.errors import CommandError
from kalends.engine.billing.discount import Discount
from kalends.engine.time.clock import DAY

_MONTH = re.compile(r"[1-8]\d{3}-(0[1-9]|1[0-2])", re.ASCII)

_MOST_ID = 2**53 - 1


def an_id(text: str) -> Any:
    """An option that takes ids, with this help."""
    return typer.Option(help=text, min=1, max=_MOST_ID)


def days_of(month: str, first: datetime | None, until: datetime | None) -> tuple[date | None, date | None]:
    """The first day, and the first that is not included; None is no bound. Raises CommandError."""
    if not month:
        return first.date() if first else None, until.date() if until else None
    if first or until:
        raise CommandError("Say --month, or --from and --until, not both.")
    if not _MONTH.fullmatch(month):
        raise CommandError(f"There is no month {month!r}; write 2027-03.")
    begins = date.fromisoformat(f"{month}-01")
    return begins, (begins + 31 * DAY).replace(day=1)


def discount_of(text: str) -> Discount | None:
    """The discount that `10%` or `20.00` means; None for "". Raises CommandError."""
    if not text:
        return None
    kind = "percent" if text.endswith("%") else "amount"
    try:
        return Discount(kind, Decimal(text.removesuffix("%").strip()))
    except InvalidOperation:
        raise CommandError(f"There is no discount {text!r}; write 10% or 20.00.") from None


def amounts_of_rates(texts: Iterable[str]) -> dict[Decimal, Decimal]:
    """The amount of each rate that texts such as `19=50.00` mean; those of one rate are added up.

    Raises CommandError.
    """
    amounts: dict[Decimal, Decimal] = {}
    for text in texts:
        try:
            rate, amount = _finite(text.partition("=")[0].removesuffix("%")), _finite(text.partition("=")[2])
            amounts[rate] = amounts.get(rate, Decimal()) + amount
        except ArithmeticError:
            raise CommandError(
                f"There is no amount {text!r}; write the tax rate and the amount, as 19=50.00."
            ) from None
    return amounts


def _finite(text: str) -> Decimal:
    """The number that a text is. Raises InvalidOperation."""
    number = Decimal(text)
    if not number.is_finite():
        raise InvalidOperation
    return number
