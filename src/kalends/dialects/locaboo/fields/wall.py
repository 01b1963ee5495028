"""Times as a clock on the wall shows them, without a zone: what ends at midnight ends at 23:59 of the day before.

Source: the page's booking_list, where whole days are "2023-10-11 00:00" to "2023-10-11 23:59".
"""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from kalends.dialects.kit.codecs import Codec, WireContext
from kalends.engine.time.clock import MINUTE, to_wall

DAY, CLOCK = "%d.%m.%Y", "%H:%M"
MOMENT = f"{DAY} {CLOCK}"
"""Forms as of strftime."""


def start_as(form: str) -> Codec:
    """Starts, only written, in this form."""
    return Codec(_unread, start_writer(form))


def end_as(form: str) -> Codec:
    """Ends, only written, in this form."""
    return Codec(_unread, end_writer(form))


def start_writer(form: str) -> Callable[[WireContext], Callable[[datetime], str]]:
    """What writes starts in this form, once it is told the zone."""
    return lambda wire_context: lambda at: to_wall(at, wire_context.zone).strftime(form)


def end_writer(form: str) -> Callable[[WireContext], Callable[[datetime], str]]:
    """What writes ends in this form, once it is told the zone."""

    def bind(wire_context: WireContext) -> Callable[[datetime], str]:
        def write(at: datetime) -> str:
            shown = to_wall(at, wire_context.zone)
            return (shown - MINUTE if shown.time() == time() else shown).strftime(form)

        return write

    return bind


def _unread(value: Any, wire_context: WireContext) -> Any:
    return value
