"""Reading the texts of a series: RRULE, RDATE and EXDATE as RFC 5545 writes them.

Nothing is expanded here, and nothing is believed: whatever could make the expansion run for long is refused.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, time, timedelta, tzinfo
from math import prod

import msgspec

from kalends.engine.refusals import BadRecurrence, Invalid
from kalends.engine.time.clock import zone

LONGEST = 65_535
"""Characters in one text."""

_TIMES_A_DAY = 1440
_TIMES_AN_HOUR = 6
_INTERVAL = 99_999
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAYS_PER_SET = {"YEARLY": 366, "MONTHLY": 31, "WEEKLY": 7, "DAILY": 1, "HOURLY": 1}
# Every position is looked for in every set, and a century has many days: measured, so that none takes a second.
_POSITIONS = {"YEARLY": 366, "MONTHLY": 31, "WEEKLY": 7, "DAILY": 4, "HOURLY": 2}
# part -> lowest, highest, whether it may count from the end. RFC 5545 3.3.10.
_NUMBERS = {
    "BYSECOND": (0, 59, False),
    "BYMINUTE": (0, 59, False),
    "BYHOUR": (0, 23, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYMONTH": (1, 12, False),
    "BYSETPOS": (1, 366, True),
}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_NUMBERS}
_NUMBER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII)
_LENGTH = re.compile(r"P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?)", re.ASCII)


class Stamp(msgspec.Struct, frozen=True):
    """A date, or a date and a wall time, in a zone of its own or (None) in that of the series."""

    day: date
    at: time | None = None
    zone: tzinfo | None = None


class Period(msgspec.Struct, frozen=True):
    """An occurrence of RDATE that may bring its own end, or its own exact length."""

    start: Stamp
    end: Stamp | None = None
    length: timedelta | None = None


class Rule(msgspec.Struct, frozen=True):
    """An RRULE: a frequency such as `WEEKLY`, its limits, and its BY parts.

    `numbers` has the numeric parts that were given, by name; `days` has BYDAY as (0 for Monday, nth or 0 for each).
    """

    frequency: str
    interval: int
    count: int | None
    until: Stamp | None
    week_start: int
    numbers: dict[str, tuple[int, ...]]
    days: tuple[tuple[int, int], ...]


def parse_rule(text: str) -> Rule:
    """An RRULE such as `FREQ=WEEKLY;UNTIL=19971224T000000Z;BYDAY=MO,WE`, with or without `RRULE:` before it.

    SECONDLY and MINUTELY are refused: 731 of them are over within the day, and nobody books that. So are parts unknown
    to RFC 5545 3.3.10, COUNT beside UNTIL (there: they "MUST NOT occur in the same 'recur'"), more times than one a
    minute (HOURLY: six an hour), and a BYSETPOS that names very many places of a short set, which takes long to search.
    Raises BadRecurrence(rrule).
    """
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in _DAYS_PER_SET:
        raise BadRecurrence("rrule")
    numbers = {name: _numbers(name, parts[name]) for name in _NUMBERS if name in parts}
    if _times(numbers, frequency) > (_TIMES_AN_HOUR if frequency == "HOURLY" else _TIMES_A_DAY):
        raise BadRecurrence("rrule")
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise BadRecurrence("rrule")
    if "BYSETPOS" in numbers:
        numbers["BYSETPOS"] = _reachable(numbers, frequency)
    return Rule(
        frequency=frequency,
        interval=_number(parts.get("INTERVAL", "1"), 1, _INTERVAL),
        count=_number(parts["COUNT"], 1) if "COUNT" in parts else None,
        until=_stamp(parts["UNTIL"], None, "rrule") if "UNTIL" in parts else None,
        week_start=_weekday(parts.get("WKST", "MO")),
        numbers=numbers,
        days=_days(parts["BYDAY"], frequency, numbers) if "BYDAY" in parts else (),
    )


def parse_dates(text: str, part: str) -> tuple[Period, ...]:
    """The values of an RDATE or EXDATE, in the order given; `part` is `rdate` or `exdate`.

    `VALUE=DATE:19970101,19970120`, `19970102T090000Z`, `TZID=Europe/Oslo:19970102T090000` and, in an rdate,
    `VALUE=PERIOD:19970102T090000Z/PT2H`; the property's name before it is allowed, and so are several lines.
    Raises BadRecurrence(part). RFC 5545 3.8.5.1, 3.8.5.2.
    """
    if len(text) > LONGEST or not text.strip():
        raise BadRecurrence(part)
    periods = (_period(value, own, part) for value, own in _values(text, part))
    return tuple(periods)


def _parts(text: str) -> dict[str, str]:
    if len(text) > LONGEST:
        raise BadRecurrence("rrule")
    found: dict[str, str] = {}
    for piece in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, _, value = piece.partition("=")
        if name not in _PARTS or name in found:
            raise BadRecurrence("rrule")
        found[name] = value
    return found


def _number(text: str, lowest: int, highest: int | None = None) -> int:
    if not _NUMBER.fullmatch(text):
        raise BadRecurrence("rrule")
    number = int(text)
    if number < lowest or (highest is not None and number > highest):
        raise BadRecurrence("rrule")
    return number


def _numbers(name: str, text: str) -> tuple[int, ...]:
    lowest, highest, signed = _NUMBERS[name]
    numbers = {_number(piece, -highest if signed else lowest, highest) for piece in text.split(",")}
    if lowest == 1 and 0 in numbers:
        raise BadRecurrence("rrule")
    return tuple(sorted(numbers))


def _times(numbers: dict[str, tuple[int, ...]], frequency: str) -> int:
    """Times of day in one set: of an hour when hourly, else of a day."""
    parts = ("BYMINUTE", "BYSECOND") if frequency == "HOURLY" else ("BYHOUR", "BYMINUTE", "BYSECOND")
    return prod(len(numbers.get(part, (0,))) for part in parts)


def _reachable(numbers: dict[str, tuple[int, ...]], frequency: str) -> tuple[int, ...]:
    """The positions of BYSETPOS that a set of this frequency has at all."""
    most = _times(numbers, frequency) * _DAYS_PER_SET[frequency]
    positions = tuple(position for position in numbers["BYSETPOS"] if abs(position) <= most)
    if not 0 < len(positions) <= _POSITIONS[frequency]:
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
    most = 5 if frequency == "MONTHLY" or "BYMONTH" in numbers else 53
    if any(abs(nth) > most for _, nth in days):
        raise BadRecurrence("rrule")
    # dateutil takes `MO,1FR` for "Mondays that are a first Friday"; with each Monday numbered it is their union.
    return tuple(sorted({(day, each) for day, nth in days for each in ((nth,) if nth else range(1, most + 1))}))


def _values(text: str, part: str) -> Iterator[tuple[str, tzinfo | None]]:
    for line in text.split():
        head, _, tail = line.rpartition(":")
        own: tzinfo | None = None
        for parameter in head.split(";") if head else ():
            name, _, value = parameter.partition("=")
            if name.upper() == "TZID":
                own = _zone(value.strip('"'), part)
            elif name.upper() not in ("VALUE", part.upper()):
                raise BadRecurrence(part)
        yield from ((value, own) for value in tail.split(","))


def _zone(name: str, part: str) -> tzinfo:
    try:
        return zone(name)
    except Invalid as unknown:
        raise BadRecurrence(part) from unknown


def _period(text: str, own: tzinfo | None, part: str) -> Period:
    head, slash, tail = text.upper().partition("/")
    start = _stamp(head, own, part)
    if not slash:
        return Period(start)
    if part != "rdate" or start.at is None:
        raise BadRecurrence(part)
    if tail.startswith("P"):
        return Period(start, length=_length(tail, part))
    return Period(start, end=_stamp(tail, own, part))


def _stamp(text: str, own: tzinfo | None, part: str) -> Stamp:
    match = _STAMP.fullmatch(text)
    if match is None:
        raise BadRecurrence(part)
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if match[4] is None:
            return Stamp(day)
        return Stamp(day, time(int(match[4]), int(match[5]), int(match[6])), UTC if match[7] else own)
    except ValueError as impossible:
        raise BadRecurrence(part) from impossible


def _length(text: str, part: str) -> timedelta:
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise BadRecurrence(part)
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not length:
        raise BadRecurrence(part)
    return length
