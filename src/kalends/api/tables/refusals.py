"""What can be in the way of whatever takes time."""

from kalends.engine.refusals import (
    Barred,
    Closed,
    Duplicate,
    Full,
    IllegalTransition,
    NotServed,
    OffStep,
    Retired,
    Stale,
    TooFar,
    TooMany,
    TooManyOccurrences,
    TooSoon,
    Unreachable,
)

BOOKED: tuple[type[Exception], ...] = (
    *(Barred, Closed, Duplicate, Full, NotServed, OffStep, Retired, Stale),
    *(TooFar, TooMany, TooManyOccurrences, TooSoon, Unreachable),
)
"""Of a booking."""

MOVED: tuple[type[Exception], ...] = (Duplicate, Full, IllegalTransition, NotServed, Retired, Stale, TooMany)
"""Of a change of an item."""
