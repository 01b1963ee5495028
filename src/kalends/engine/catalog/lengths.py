"""Lengths of time that services have, and that an assignment may replace."""

import msgspec

from kalends.engine.limits import LONGEST_MINUTES, range_faults
from kalends.engine.refusals import Fault

_LENGTHS = (("duration", 1), ("step", 1), ("buffer_before", 0), ("buffer_after", 0))
"""Minutes, and how many there are at least."""


def length_faults(terms: msgspec.Struct) -> list[Fault]:
    """Which of the four lengths of time are out_of_range; an assignment may leave each to its service."""
    return [
        fault for name, least in _LENGTHS for fault in range_faults(name, getattr(terms, name), least, LONGEST_MINUTES)
    ]
