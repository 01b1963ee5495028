"""How long, how many and how much anything may be, and what is wrong with a value that is not so.

A door that reads less than these bounds allow says so in its own field tables.
"""

from collections.abc import Iterable
from decimal import Decimal

from kalends.engine.refusals import Fault, Invalid

LONGEST_LINE = 255
"""Characters of a text of one line, such as a title; such texts stand in indexes, whose rows are bounded."""
LONGEST_TEXT = 65_535
"""Characters of any other text."""
MOST_UNITS = 100_000
"""Capacity of a resource or group session, units of a booking."""
LONGEST_MINUTES = 366 * 1440
"""Minutes that a service or a buffer may last: a leap year."""
FARTHEST_MINUTES = 100 * LONGEST_MINUTES
"""Minutes of notice and horizon."""
AMOUNT_BOUND, AMOUNT_DECIMALS = Decimal(10**10), 4
"""What every amount of money stays below, and how many decimals are kept of it."""
TAX_RATE_BOUND, TAX_RATE_DECIMALS = Decimal("100.001"), 3
"""The same of a tax rate in percent."""
_INT32 = 2**31


def text_faults(name: str, text: str, longest: int, *, required: bool = False) -> list[Fault]:
    """What is wrong with a text: blank (only if it is required), invalid or too_long."""
    if required and not text.strip():
        return [Fault(name, "blank")]
    if "\0" in text:  # which the database can't keep
        return [Fault(name, "invalid")]
    return [Fault(name, "too_long")] if len(text) > longest else []


def range_faults(name: str, value: int | None, least: int, most: int) -> list[Fault]:
    """What is wrong with a whole number from `least` to `most`, both included: out_of_range. None is not looked at."""
    return [] if value is None or least <= value <= most else [Fault(name, "out_of_range")]


def position_faults(name: str, value: int | None) -> list[Fault]:
    """What is wrong with a rank among others, which is any number of 32 bits: out_of_range."""
    return range_faults(name, value, -_INT32, _INT32 - 1)


def amount_faults(
    name: str, value: Decimal | None, below: Decimal = AMOUNT_BOUND, decimals: int = AMOUNT_DECIMALS
) -> list[Fault]:
    """What is wrong with a number from 0 up to, not including, `below`, with so many decimals: out_of_range."""
    if value is None or (value.is_finite() and 0 <= value < below and value == round(value, decimals)):
        return []
    return [Fault(name, "out_of_range")]


def refuse(faults: Iterable[Fault]) -> None:
    """Raises Invalid with all the faults, each named once; none is fine."""
    if named := dict.fromkeys(faults):
        raise Invalid(*named)
