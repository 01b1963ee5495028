"""Writes wall times without a zone; an end at midnight is written as 23:59 of the day before.

Source: the page's booking_list, where whole days are "2023-10-11 00:00" to "2023-10-11 23:59".
"""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

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
    return Codec(_read_unchanged, start_writer(format_))


def end_as(format_: str) -> Codec:
    """Codec of ends in responses."""
    return Codec(_read_unchanged, end_writer(format_))


def start_writer(format_: str) -> Callable[[WireContext], Callable[[datetime], str]]:
    """Binds a context to a function that writes starts in its zone."""
    return lambda context: lambda start: to_wall(start, context.zone).strftime(format_)


def end_writer(format_: str) -> Callable[[WireContext], Callable[[datetime], str]]:
    """Binds a context to a function that writes ends in its zone."""

    def bind(context: WireContext) -> Callable[[datetime], str]:
        def write(end: datetime) -> str:
            wall = to_wall(end, context.zone)
            return (wall - MINUTE if wall.time() == time() else wall).strftime(format_)

        return write

    return bind


def _read_unchanged(value: Any, context: WireContext) -> Any:
    return value
