"""Lengths of time of a service, which the assignment of a resource may override."""

import msgspec

from kalends.engine.limits import LONGEST_MINUTES, range_faults
from kalends.engine.refusals import Fault

_LENGTHS = (("duration", 1), ("step", 1), ("buffer_before", 0), ("buffer_after", 0))
"""Field name and minimum, in minutes."""


def length_faults(terms: msgspec.Struct) -> list[Fault]:
    """Out_of_range for each of duration, step, buffer_before and buffer_after beyond its limits. None has no fault."""
    return [
        fault
        for name, minimum in _LENGTHS
        for fault in range_faults(name, getattr(terms, name), minimum, LONGEST_MINUTES)
    ]
