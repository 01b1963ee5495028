"""Repeats counted in days, weeks or months: the same hours again, so many times, every so many of them."""

from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.time.clock import wall
from kalends.engine.time.recurrence import Recurrence, expand
from kalends.engine.time.span import Span

Unit = Literal["day", "week", "month"]
_FREQUENCIES = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY"}
_SHORTEST_MONTH = 28


class RepeatRule(msgspec.Struct, frozen=True):
    """What is planned takes place `repeats` more times, every `interval` units."""

    unit: Unit
    interval: int
    repeats: int


def repeated(rule: RepeatRule, first: Span, zone: ZoneInfo) -> tuple[Span, ...]:
    """The first time and its repeats, at the same hours of the wall clock of `zone`.

    A month that is too short for the day of the first time has it on its last day.

    Raises TooManyOccurrences, Invalid(starts_at, rrule: out_of_range).
    """
    day, _ = wall(first.start, zone)
    text = f"FREQ={_FREQUENCIES[rule.unit]};INTERVAL={rule.interval};COUNT={rule.repeats + 1}"
    return expand(Recurrence(text + (_day_or_last(day) if rule.unit == "month" else "")), first, zone)


def _day_or_last(day: date) -> str:
    """The part of an RRULE by which a month has this day, or its last one if it has fewer days."""
    if day.day <= _SHORTEST_MONTH:
        return ""
    days = ",".join(str(number) for number in range(_SHORTEST_MONTH, day.day + 1))
    return f";BYMONTHDAY={days};BYSETPOS=-1"
