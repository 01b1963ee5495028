"""Writes wall times without a zone; an end at midnight is written as 23:59 of the day before.

Source: the page's booking_list, where whole days are "2023-10-11 00:00" to "2023-10-11 23:59".
"""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from kalends.dialects.kit.codecs import Codec, WireContext, write_only
from kalends.engine.time.clock import MINUTE, to_wall

DAY, CLOCK = "%d.%m.%Y", "%H:%M"
MOMENT = f"{DAY} {CLOCK}"
"""Formats for strftime."""


def date_as(format_: str) -> Codec:
    """Codec of dates in responses."""

    def write(day: date) -> str:
        return day.strftime(format_)

    return write_only(write)


def start_as(format_: str) -> Codec:
    """Codec of starts in responses."""
    return Codec(_read_unchanged, lambda context: lambda start: wall_start(start, context.zone, format_))


def end_as(format_: str) -> Codec:
    """Codec of ends in responses."""
    return Codec(_read_unchanged, lambda context: lambda end: wall_end(end, context.zone, format_))


def wall_start(start: datetime, zone: ZoneInfo, format_: str) -> str:
    """A start by the clock of a zone."""
    return to_wall(start, zone).strftime(format_)


def wall_end(end: datetime, zone: ZoneInfo, format_: str) -> str:
    """An end by the clock of a zone."""
    wall = to_wall(end, zone)
    return (wall - MINUTE if wall.time() == time() else wall).strftime(format_)


def _read_unchanged(value: Any, context: WireContext) -> Any:
    return value
