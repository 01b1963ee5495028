"""Times of the day as clients write them, in minutes from midnight: `09:00`, or the hour alone.

What ends at 23:59, at 24:00 or at midnight ends with the day: 1440. Source: vendors/locaboo.md, "What clients in the
field do"; the page's booking_list, where whole days end at 23:59.
"""

from typing import Any

from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext
from kalends.dialects.kit.dates import parse_clock
from kalends.engine.time.clock import MINUTES_A_DAY

_LAST_MINUTE = MINUTES_A_DAY - 1


def _minute(value: Any) -> int:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    minute = parse_clock(text if ":" in text else f"{text}:00")
    if minute is None:
        raise Unreadable("invalid")
    return minute


def _read_start(value: Any, wire_context: WireContext) -> int:
    minute = _minute(value)
    if minute == MINUTES_A_DAY:
        raise Unreadable("out_of_range")
    return minute


def _read_end(value: Any, wire_context: WireContext) -> int:
    minute = _minute(value)
    return MINUTES_A_DAY if minute in (0, _LAST_MINUTE) else minute


starts = Codec(_read_start)
ends = Codec(_read_end)
