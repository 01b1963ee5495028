"""Reads times of the day, such as `09:00` or only the hour, as minutes from midnight.

An end at 23:59, 24:00 or midnight is the end of the day: 1440. Source: vendors/locaboo.md, "What clients in the field
do"; the page's booking_list, where whole days end at 23:59.
"""

from typing import Any

from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext
from kalends.dialects.kit.dates import parse_clock
from kalends.engine.time.clock import MINUTES_A_DAY

_LAST_MINUTE = MINUTES_A_DAY - 1


def _parse_minute(value: Any) -> int:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    minute = parse_clock(text if ":" in text else f"{text}:00")
    if minute is None:
        raise Unreadable("invalid")
    return minute


def _read_start(value: Any, context: WireContext) -> int:
    minute = _parse_minute(value)
    if minute == MINUTES_A_DAY:
        raise Unreadable("out_of_range")
    return minute


def _read_end(value: Any, context: WireContext) -> int:
    minute = _parse_minute(value)
    return MINUTES_A_DAY if minute in (0, _LAST_MINUTE) else minute


starts = Codec(_read_start)
"""Minutes 0 to 1439. Unreadable: invalid, out_of_range."""
ends = Codec(_read_end)
"""Minutes 1 to 1440. Unreadable: invalid."""
