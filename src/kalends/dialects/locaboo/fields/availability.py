"""What free times are asked for, and how they are answered."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Frame, Unreadable
from kalends.dialects.kit.dates import clock, parse_clock
from kalends.dialects.kit.fields import Field, Line
from kalends.dialects.locaboo.fields.resources import end_clock
from kalends.engine.clock import MINUTE, MINUTES_A_DAY
from kalends.engine.free_times import Free

COMPARISONS: Mapping[str, str] = {
    "less_than": "lt",
    "less_than_et": "le",
    "et": "eq",
    "great_than": "gt",
    "great_than_et": "ge",
}
_LAST_MINUTE = MINUTES_A_DAY - 1
_minutes = codecs.number(1, MINUTES_A_DAY)
_hour = codecs.number(0, 24)


class Slot(msgspec.Struct, frozen=True):
    """One free time."""

    time_from: str
    time_to: str


def _read_minute(value: Any, frame: Frame) -> int | None:
    """`11:00`, and `11` for the same; as minutes from midnight."""
    if not isinstance(value, str) or ":" not in value:
        hour = _hour.read(value, frame)
        return None if hour is None else hour * 60
    minutes = parse_clock(value)
    if minutes is None:
        raise Unreadable("invalid")
    return minutes


def _read_end(value: Any, frame: Frame) -> int | None:
    minutes = _read_minute(value, frame)
    return MINUTES_A_DAY if minutes == _LAST_MINUTE else minutes


def _read_length(value: Any, frame: Frame) -> timedelta | None:
    """`01:30`, and `90` for the same."""
    minutes = _read_minute(value, frame) if isinstance(value, str) and ":" in value else _minutes.read(value, frame)
    if minutes == 0:
        raise Unreadable("not_positive")
    return None if minutes is None else minutes * MINUTE


AVAILABILITY: tuple[Line, ...] = (
    Field("resource_id", "resource_ids", codecs.many(codecs.identifier, comma=True), "in"),
    Field("date_from", "first", codecs.day, "in"),
    Field("date_to", "last", codecs.day, "in"),
    Field("time_from", "from_minute", Codec(_read_minute), "in"),
    Field("time_to", "until_minute", Codec(_read_end), "in"),
    Field("duration", "length", Codec(_read_length), "in"),
    Field("limit", "limit", codecs.number(1), "in"),
)


def shown(found: Sequence[Free]) -> list[dict[str, Any]]:
    """The free times of each resource by date, chronological; an empty list instead of no dates, as PHP writes it."""
    slots: dict[tuple[int, int], Slot] = {}
    answer = []
    for free in found:
        dates: dict[date, list[Slot]] = {}
        for time in free.times:
            hours = (time.starts, time.ends)
            slot = slots.get(hours) or slots.setdefault(hours, Slot(clock(time.starts), end_clock(time.ends)))
            dates.setdefault(time.day, []).append(slot)
        name = " > ".join(one.title for one in free.path)
        answer.append({"resource_id": free.path[-1].id, "resource_name": name, "dates": dates or []})
    return answer
