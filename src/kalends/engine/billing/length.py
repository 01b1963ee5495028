"""How long a booking is for the purpose of paying for it: in hours, and in days."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from kalends.engine.money import quotient
from kalends.engine.time.clock import DAY, day_span, days_of
from kalends.engine.time.span import Span

_MICROSECONDS = Decimal(1_000_000)
_SHORTEST_DAY = timedelta(hours=12)
"""Nothing shorter can be a whole day: no clock was ever changed by more."""


def billed_seconds(span: Span, zone: ZoneInfo) -> Decimal:
    """The seconds to be paid for: each whole day, from midnight to midnight in the zone, counts as 24 hours also when
    clocks change; the rest counts as long as it lasts."""
    length = span.end - span.start
    if length >= _SHORTEST_DAY:
        for day in days_of(span, zone):
            whole = day_span(day, zone)
            if span.start <= whole.start < whole.end <= span.end:
                length += DAY - (whole.end - whole.start)
    return quotient(Decimal(length // length.resolution), _MICROSECONDS)


def billed_days(span: Span, zone: ZoneInfo) -> int:
    """The local days that it touches; what ends at midnight does not touch the next."""
    return len(days_of(span, zone))
