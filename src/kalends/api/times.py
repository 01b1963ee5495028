"""Times: RFC 3339 with the offset of the site. What is sent without an offset is the wall time of the site.

    2027-03-01T10:00:00+01:00                  a moment
    2027-03-01T10:00:00                        by the clock of the site
    2027-03-01T10:00:00[Europe/Oslo]           by the clock of that zone (RFC 9557)
    2027-03-01T10:00:00+01:00[Europe/Oslo]     a moment, whose offset must be that of the zone

A wall time that clocks skip, or that there is twice, is refused with both moments that it could mean.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Meta

from kalends.engine.refusals import Invalid
from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR, from_exact_wall, zone

_EXAMPLE = "2027-03-01T10:00:00+01:00"
_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|z|[+ -]\d\d:\d\d)?(?:\[!?([A-Za-z0-9_+/-]{1,64})\])?",
    re.ASCII,
)
_DAY_END = 24 * 60

Moment: TypeAlias = Annotated[datetime, Meta(tz=True, examples=[_EXAMPLE])]
"""A moment in an answer: `shown` gives it the offset of its site."""
MomentIn: TypeAlias = Annotated[
    datetime,
    Meta(
        extra={"moment": True},
        extra_json_schema={"x-wire": "string", "format": "date-time", "examples": [_EXAMPLE]},
    ),
]
"""A moment that is read: in UTC, or naive if it was sent without an offset, until `settled` knows its site."""
Clock: TypeAlias = Annotated[
    str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", description="Wall time.", examples=["08:00"])
]
"""A time of day in an answer, made by `clock_text`."""
ClockIn: TypeAlias = Annotated[
    int,
    Meta(
        extra={"clock": True},
        extra_json_schema={
            "x-wire": "string",
            "pattern": r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$",
            "description": "Wall time.",
            "examples": ["08:00"],
        },
    ),
]
"""A time of day that is read, in minutes from midnight."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)


class Unreadable(Exception):
    """A text is no time; `reason` as of a Fault."""

    def __init__(self, reason: str = "invalid") -> None:
        super().__init__(reason)
        self.reason = reason


def shown(moment: datetime, tz: ZoneInfo) -> datetime:
    """The moment with the offset of this zone, as answers show it."""
    return moment.astimezone(tz)


def settled(moment: datetime, tz: ZoneInfo, pointer: str) -> datetime:
    """A moment that was read, in UTC: one without an offset is by the clock of this zone.

    Raises SkippedTime(pointer), RepeatedTime(pointer).
    """
    return from_exact_wall(moment, tz, pointer) if moment.tzinfo is None else moment


def read_moment(text: object, pointer: str) -> datetime:
    """A moment of its text: in UTC, or naive if the text names neither offset nor zone.

    Raises Unreadable(invalid, out_of_range), SkippedTime(pointer), RepeatedTime(pointer).
    """
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Unreadable
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{_offset(match[3] or '')}")
        tz = zone(match[4]) if match[4] else None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise Unreadable("out_of_range")
        if moment.tzinfo is None:
            return from_exact_wall(moment, tz, pointer) if tz else moment
    except (ValueError, Invalid):
        raise Unreadable from None
    if tz and moment.utcoffset() != moment.astimezone(tz).utcoffset():
        raise Unreadable
    return moment.astimezone(UTC)


def _offset(text: str) -> str:
    """The offset as it was meant: a plus that nobody encoded arrives as a space in a query."""
    return text.upper().replace(" ", "+")


def clock_text(minutes: int) -> str:
    """`08:00` for 480 minutes from midnight; 1440 is the end of the day, `24:00`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_clock(text: object) -> int:
    """The minutes from midnight of `08:00`, up to `24:00`. Raises Unreadable(invalid)."""
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Unreadable
    return _DAY_END if match[1] is None else int(match[1]) * 60 + int(match[2])
