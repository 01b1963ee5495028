"""Fields of requests for free times, and how free times are shown. Source: the page's availability."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext
from kalends.dialects.kit.dates import clock, parse_clock
from kalends.dialects.kit.fields import Field, Line
from kalends.dialects.locaboo.fields.bookings import ids
from kalends.dialects.locaboo.fields.bookings_times import ends, starts
from kalends.dialects.locaboo.fields.resources import end_clock
from kalends.engine.availability.free_times import Free
from kalends.engine.time.clock import MINUTE, MINUTES_A_DAY

COMPARISONS: Mapping[str, str] = {
    "less_than": "lt",
    "less_than_et": "le",
    "et": "eq",
    "great_than": "gt",
    "great_than_et": "ge",
}
_minutes = codecs.number(1, MINUTES_A_DAY)


class Slot(msgspec.Struct, frozen=True):
    """One free time on a date."""

    time_from: str
    time_to: str


def _read_length(value: Any, context: WireContext) -> timedelta | None:
    """`01:30`, and `90` for the same."""
    if not isinstance(value, str) or ":" not in value:
        minutes = _minutes.read(value, context)
    elif (minutes := parse_clock(value)) is None:
        raise Unreadable("invalid")
    if minutes == 0:
        raise Unreadable("not_positive")
    return None if minutes is None else minutes * MINUTE


AVAILABILITY: tuple[Line, ...] = (
    Field("resource_id", "resource_ids", ids, "in"),
    Field("date_from", "first", codecs.day, "in"),
    Field("date_to", "last", codecs.day, "in"),
    Field("time_from", "from_minute", starts, "in"),
    Field("time_to", "until_minute", ends, "in"),
    Field("duration", "length", Codec(_read_length), "in"),
    Field("limit", "limit", codecs.number(1), "in"),
)


def render_free_times(resources: Sequence[Free]) -> list[dict[str, Any]]:
    """The free times of each resource by date, in order; PHP writes an empty list where there are no dates."""
    slots: dict[tuple[int, int], Slot] = {}
    rendered = []
    for free in resources:
        dates: dict[date, list[Slot]] = {}
        for time in free.times:
            hours = (time.starts, time.ends)
            slot = slots.get(hours) or slots.setdefault(hours, Slot(clock(time.starts), end_clock(time.ends)))
            dates.setdefault(time.day, []).append(slot)
        name = " > ".join(resource.title for resource in free.path)
        rendered.append({"resource_id": free.path[-1].id, "resource_name": name, "dates": dates or []})
    return rendered
