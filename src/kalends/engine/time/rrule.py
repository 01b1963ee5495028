"""Parser of RRULE, RDATE and EXDATE (RFC 5545). `recurrence.py` expands what it returns.

Input is untrusted: rules that would take long to expand are refused.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, time, timedelta, tzinfo
from math import prod

import msgspec

from kalends.engine.limits import LONGEST_TEXT
from kalends.engine.refusals import BadRecurrence, Invalid
from kalends.engine.time.clock import MINUTES_A_DAY, zone

_MAX_TIMES_A_DAY = MINUTES_A_DAY
_MAX_TIMES_AN_HOUR = 6
_MAX_INTERVAL = 99_999
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAYS_PER_SET = {"YEARLY": 366, "MONTHLY": 31, "WEEKLY": 7, "DAILY": 1, "HOURLY": 1}
# How many positions BYSETPOS may have: each is searched in every set. Measured, so that no rule takes a second.
_MAX_POSITIONS = {"YEARLY": 366, "MONTHLY": 31, "WEEKLY": 7, "DAILY": 4, "HOURLY": 2}
# part -> lowest, highest, whether negative numbers count from the end. RFC 5545 3.3.10.
_NUMERIC_PARTS = {
    "BYSECOND": (0, 59, False),
    "BYMINUTE": (0, 59, False),
    "BYHOUR": (0, 23, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYMONTH": (1, 12, False),
    "BYSETPOS": (1, 366, True),
}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_NUMERIC_PARTS}
_NUMBER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII)
_LENGTH = re.compile(r"P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?)", re.ASCII)


class Stamp(msgspec.Struct, frozen=True):
    """A date, or a date and a wall time. `zone` None is the zone of the series."""

    day: date
    at: time | None = None
    zone: tzinfo | None = None


class Period(msgspec.Struct, frozen=True):
    """A value of RDATE or EXDATE. A PERIOD of RDATE has an end or a length of its own."""

    start: Stamp
    end: Stamp | None = None
    length: timedelta | None = None


class Rule(msgspec.Struct, frozen=True):
    """An RRULE: a frequency such as `WEEKLY`, its limits and its BY parts.

    `numbers` has the numeric BY parts by name. `days` is BYDAY as (weekday, n): weekday 0 is Monday, n 0 is each.
    """

    frequency: str
    interval: int
    count: int | None
    until: Stamp | None
    week_start: int
    numbers: dict[str, tuple[int, ...]]
    days: tuple[tuple[int, int], ...]


def parse_rule(text: str) -> Rule:
    """Parse an RRULE such as `FREQ=WEEKLY;UNTIL=19971224T000000Z;BYDAY=MO,WE`, with or without a leading `RRULE:`.

    Not accepted: SECONDLY and MINUTELY, as a series of them would be over within a day; parts unknown to RFC 5545
    3.3.10; COUNT together with UNTIL (there: they "MUST NOT occur in the same 'recur'"); more times a day than one a
    minute (HOURLY: six an hour); and a BYSETPOS with so many positions that it would take long to search.
    Raises BadRecurrence(rrule).
    """
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in _DAYS_PER_SET:
        raise BadRecurrence("rrule")
    numbers = {name: _numbers(name, parts[name]) for name in _NUMERIC_PARTS if name in parts}
    if _times(numbers, frequency) > (_MAX_TIMES_AN_HOUR if frequency == "HOURLY" else _MAX_TIMES_A_DAY):
        raise BadRecurrence("rrule")
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise BadRecurrence("rrule")
    if "BYSETPOS" in numbers:
        numbers["BYSETPOS"] = _existing_positions(numbers, frequency)
    return Rule(
        frequency=frequency,
        interval=_number(parts.get("INTERVAL", "1"), 1, _MAX_INTERVAL),
        count=_number(parts["COUNT"], 1) if "COUNT" in parts else None,
        until=_stamp(parts["UNTIL"], None, "rrule") if "UNTIL" in parts else None,
        week_start=_weekday(parts.get("WKST", "MO")),
        numbers=numbers,
        days=_days(parts["BYDAY"], frequency, numbers) if "BYDAY" in parts else (),
    )


def parse_dates(text: str, part: str) -> tuple[Period, ...]:
    """Parse an RDATE or EXDATE; `part` is `rdate` or `exdate`. Values keep their order.

    Formats: `VALUE=DATE:19970101,19970120`, `19970102T090000Z`, `TZID=Europe/Oslo:19970102T090000` and, in an RDATE,
    `VALUE=PERIOD:19970102T090000Z/PT2H`. The property's name may precede them, and there may be several lines.
    Raises BadRecurrence(part). Source: RFC 5545 3.8.5.1, 3.8.5.2.
    """
    if len(text) > LONGEST_TEXT or not text.strip():
        raise BadRecurrence(part)
    periods = (_period(value, tz, part) for value, tz in _values(text, part))
    return tuple(periods)


def _parts(text: str) -> dict[str, str]:
    if len(text) > LONGEST_TEXT:
        raise BadRecurrence("rrule")
    parts: dict[str, str] = {}
    for piece in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, _, value = piece.partition("=")
        if name not in _PARTS or name in parts:
            raise BadRecurrence("rrule")
        parts[name] = value
    return parts


def _number(text: str, lowest: int, highest: int | None = None) -> int:
    if not _NUMBER.fullmatch(text):
        raise BadRecurrence("rrule")
    number = int(text)
    if number < lowest or (highest is not None and number > highest):
        raise BadRecurrence("rrule")
    return number


def _numbers(name: str, text: str) -> tuple[int, ...]:
    lowest, highest, signed = _NUMERIC_PARTS[name]
    numbers = {_number(piece, -highest if signed else lowest, highest) for piece in text.split(",")}
    if lowest == 1 and 0 in numbers:
        raise BadRecurrence("rrule")
    return tuple(sorted(numbers))


def _times(numbers: dict[str, tuple[int, ...]], frequency: str) -> int:
    """How many times a rule names in an hour (HOURLY) or in a day (any other frequency)."""
    parts = ("BYMINUTE", "BYSECOND") if frequency == "HOURLY" else ("BYHOUR", "BYMINUTE", "BYSECOND")
    return prod(len(numbers.get(part, (0,))) for part in parts)


def _existing_positions(numbers: dict[str, tuple[int, ...]], frequency: str) -> tuple[int, ...]:
    """The positions of BYSETPOS that a set of this frequency can have."""
    set_size = _times(numbers, frequency) * _DAYS_PER_SET[frequency]
    positions = tuple(position for position in numbers["BYSETPOS"] if abs(position) <= set_size)
    if not 0 < len(positions) <= _MAX_POSITIONS[frequency]:
        raise BadRecurrence("rrule")
    return positions


def _weekday(text: str) -> int:
    if text not in _WEEKDAYS:
        raise BadRecurrence("rrule")
    return _WEEKDAYS.index(text)


def _days(text: str, frequency: str, numbers: dict[str, tuple[int, ...]]) -> tuple[tuple[int, int], ...]:
    matches = [_DAY.fullmatch(piece) for piece in text.split(",")]
    days = {(_weekday(match[2]), int(match[1] or 0)) for match in matches if match}
    if None in matches or any(match and match[1] and int(match[1]) == 0 for match in matches):
        raise BadRecurrence("rrule")
    if not any(nth for _, nth in days):
        return tuple(sorted(days))
    if frequency not in ("YEARLY", "MONTHLY") or "BYWEEKNO" in numbers:
        raise BadRecurrence("rrule")
    highest = 5 if frequency == "MONTHLY" or "BYMONTH" in numbers else 53
    if any(abs(nth) > highest for _, nth in days):
        raise BadRecurrence("rrule")
    # dateutil reads `MO,1FR` as "Mondays that are a first Friday"; `1MO,2MO,...,1FR` gives the union that is meant.
    return tuple(sorted({(day, n) for day, nth in days for n in ((nth,) if nth else range(1, highest + 1))}))


def _values(text: str, part: str) -> Iterator[tuple[str, tzinfo | None]]:
    for line in text.split():
        head, _, tail = line.rpartition(":")
        line_tz: tzinfo | None = None
        for parameter in head.split(";") if head else ():
            name, _, value = parameter.partition("=")
            if name.upper() == "TZID":
                line_tz = _zone(value.strip('"'), part)
            elif name.upper() not in ("VALUE", part.upper()):
                raise BadRecurrence(part)
        yield from ((value, line_tz) for value in tail.split(","))


def _zone(name: str, part: str) -> tzinfo:
    try:
        return zone(name)
    except Invalid as error:
        raise BadRecurrence(part) from error


def _period(text: str, tz: tzinfo | None, part: str) -> Period:
    head, slash, tail = text.upper().partition("/")
    start = _stamp(head, tz, part)
    if not slash:
        return Period(start)
    if part != "rdate" or start.at is None:
        raise BadRecurrence(part)
    if tail.startswith("P"):
        return Period(start, length=_length(tail, part))
    return Period(start, end=_stamp(tail, tz, part))


def _stamp(text: str, tz: tzinfo | None, part: str) -> Stamp:
    match = _STAMP.fullmatch(text)
    if match is None:
        raise BadRecurrence(part)
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if match[4] is None:
            return Stamp(day)
        return Stamp(day, time(int(match[4]), int(match[5]), int(match[6])), UTC if match[7] else tz)
    except ValueError as error:
        raise BadRecurrence(part) from error


def _length(text: str, part: str) -> timedelta:
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise BadRecurrence(part)
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not length:
        raise BadRecurrence(part)
    return length
