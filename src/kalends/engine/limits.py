"""Size limits of values, and the checks that apply them.

A door that allows less says so in its own field tables.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.clock import LONGEST, MINUTES_A_DAY

LONGEST_LINE = 255
"""Characters of a text of one line, such as a title. Such texts are indexed, and index rows are limited in size."""
LONGEST_TEXT = 65_535
"""Characters of any other text."""
MOST_UNITS = 100_000
"""Capacity of a resource or group session, and units of a booking."""
LONGEST_MINUTES = 366 * MINUTES_A_DAY
"""Minutes that a service or a buffer may last: a leap year."""
FARTHEST_MINUTES = 100 * LONGEST_MINUTES
"""Minutes of notice and of horizon."""
AMOUNT_BOUND, AMOUNT_DECIMALS = Decimal(10**10), 4
"""Exclusive upper bound of an amount of money, and how many decimals it may have."""
TAX_RATE_BOUND, TAX_RATE_DECIMALS = Decimal("100.001"), 3
"""Exclusive upper bound of a tax rate in percent, and how many decimals it may have."""
_INT32 = 2**31


def text_faults(name: str, text: str, max_length: int, *, required: bool = False) -> list[Fault]:
    """The fault of a text, if any: blank (only when required), invalid (it contains NUL) or too_long."""
    if required and not text.strip():
        return [Fault(name, "blank")]
    if "\0" in text:  # PostgreSQL can't store it.
        return [Fault(name, "invalid")]
    return [Fault(name, "too_long")] if len(text) > max_length else []


def record_text_faults(record: object, lines: Iterable[str], texts: Iterable[str] = ()) -> list[Fault]:
    """The faults (invalid, too_long) of these fields of a record or patch: of texts of one line and of other texts.
    What is no text, such as None or UNSET, has none."""
    limits = [*((name, LONGEST_LINE) for name in lines), *((name, LONGEST_TEXT) for name in texts)]
    values = ((name, getattr(record, name), longest) for name, longest in limits)
    return [
        fault for name, text, longest in values if isinstance(text, str) for fault in text_faults(name, text, longest)
    ]


def range_faults(name: str, value: int | None, minimum: int, maximum: int) -> list[Fault]:
    """Out_of_range for an integer outside `minimum` to `maximum`, both included. None has no fault."""
    return [] if value is None or minimum <= value <= maximum else [Fault(name, "out_of_range")]


def position_faults(name: str, value: int | None) -> list[Fault]:
    """Out_of_range for a sort position that is not a 32-bit integer. None has no fault."""
    return range_faults(name, value, -_INT32, _INT32 - 1)


def amount_faults(
    name: str, value: Decimal | None, below: Decimal = AMOUNT_BOUND, decimals: int = AMOUNT_DECIMALS
) -> list[Fault]:
    """Out_of_range for a number that is negative, not less than `below`, not finite, or has more decimals than
    `decimals`. None has no fault."""
    if value is None or (value.is_finite() and 0 <= value < below and value == round(value, decimals)):
        return []
    return [Fault(name, "out_of_range")]


def length_faults(starts_at: datetime, ends_at: datetime, longest: timedelta = LONGEST) -> list[Fault]:
    """What is wrong with the end of a time: before_start, out_of_range if it lasts longer than `longest`."""
    if ends_at <= starts_at:
        return [Fault("ends_at", "before_start")]
    return [Fault("ends_at", "out_of_range")] if ends_at - starts_at > longest else []


def raise_if_faults(faults: Iterable[Fault]) -> None:
    """Raise Invalid with all the faults, without duplicates; do nothing if there are none."""
    if unique_faults := dict.fromkeys(faults):
        raise Invalid(*unique_faults)
