"""Dates and times as clients write them, and as they are given back.

Clients leave out the zone, put a space for the `T`, write days first with dots, and lose the `+` of an offset in query
strings, where it means a space. What they mean is always one instant: the account's zone counts where they name none.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR, from_wall

_DAY = r"(?:(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)|(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4}|\d\d))"
_TIME = r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
_OFFSET = r"(?P<utc>Z|UTC|GMT)|(?P<sign>[+ -])(?P<hours>\d\d):?(?P<minutes>\d\d)?"
_MOMENT = re.compile(rf"{_DAY}(?:[T ]+{_TIME}(?: ?(?:{_OFFSET}))?)?", re.ASCII | re.IGNORECASE)
_PLAIN_DAY = re.compile(_DAY, re.ASCII)
_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::\d\d)?", re.ASCII)
# Every zone's offset in both halves of years between the first zone with saved rules and the present rules.
_SAMPLES = tuple(datetime(year, month, 1, tzinfo=UTC) for year in range(1970, 2040) for month in (1, 7))


def parse_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """The instant, in UTC and whole seconds, that a text means; None when it means none.

    `2026-03-02 09:00`, `2026-03-02T09:00:00+01:00`, `02.03.26 09:00`, `2026-03-02` (its midnight).
    """
    match = _MOMENT.fullmatch(text.strip())
    day = _day(match) if match else None
    if match is None or day is None:
        return None
    try:
        at = time(int(match["hour"] or 0), int(match["minute"] or 0), int(match["second"] or 0))
        wall = datetime.combine(day, at)
        if match["utc"]:
            return wall.replace(tzinfo=UTC)
        return wall.replace(tzinfo=_fixed(match)).astimezone(UTC) if match["sign"] else from_wall(wall, zone)
    except ValueError:
        return None


def parse_day(text: str) -> date | None:
    """The date that a text names, `1980-05-17` or `17.05.1980`; a time behind it is left aside."""
    match = _PLAIN_DAY.match(text.strip())
    rest = text.strip()[match.end() :] if match else ""
    return _day(match) if match and (not rest or rest[0] in "T ") else None


def parse_clock(text: str) -> int | None:
    """The minutes from midnight of `08:30`, up to 1440 for `24:00`."""
    match = _CLOCK.fullmatch(text.strip())
    minutes = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else None
    return minutes if minutes is not None and minutes <= 1440 else None


def clock(minutes: int) -> str:
    """`08:30` for 510 minutes from midnight; past 1440 it is a time of the next day, 1440 itself is `24:00`."""
    minutes = minutes if minutes <= 1440 else minutes - 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


@lru_cache(maxsize=512)
def moment_writer(zone: ZoneInfo) -> Callable[[datetime], datetime | str]:
    """What turns instants into ISO 8601 with the zone's offset and whole seconds, once encoded.

    The encoder's own way of writing a datetime is ten times as fast as `isoformat`, but shortens an offset of zero to
    `Z`; that is right for UTC and not for London in winter.
    """
    if zone.key in ("UTC", "Etc/UTC") or all(sample.astimezone(zone).utcoffset() for sample in _SAMPLES):

        def write(at: datetime) -> datetime | str:
            return (at.replace(microsecond=0) if at.microsecond else at).astimezone(zone)
    else:

        def write(at: datetime) -> datetime | str:
            return at.astimezone(zone).isoformat(timespec="seconds")

    return write


def _day(match: re.Match[str]) -> date | None:
    year, month, day = match["year"] or match["y"], match["month"] or match["m"], match["day"] or match["d"]
    whole = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(whole, int(month), int(day)) if FIRST_YEAR <= whole <= LAST_YEAR else None
    except ValueError:
        return None


def _fixed(match: re.Match[str]) -> timezone:
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return timezone(-offset if match["sign"] == "-" else offset)
