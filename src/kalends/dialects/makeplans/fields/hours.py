"""Opening hours as pairs of times on each weekday: `["08:00", "12:00", "12:30", "16:00"]`, null when closed.

Hours that pass midnight are `["18:00", "02:00"]`; a day that is open throughout is `["00:00", "24:00"]`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kalends.dialects.kit.codecs import Codec, Frame, Unreadable
from kalends.dialects.kit.dates import clock, parse_clock
from kalends.dialects.kit.fields import Field, Made
from kalends.dialects.makeplans.fields.view import View
from kalends.engine.catalogue import Resource
from kalends.engine.clock import MINUTES_A_DAY
from kalends.engine.openings import Opening

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ALWAYS = ["00:00", "24:00"]


def _read(value: Any, frame: Frame) -> tuple[tuple[int, int], ...]:
    """The pairs of minutes of one day; closing past midnight is above 1440."""
    if value is None or value == "":
        return ()
    minutes = [_minutes(each) for each in value if each not in ("", None)] if isinstance(value, list) else []
    if len(minutes) % 2 or not isinstance(value, list):
        raise Unreadable("invalid")
    return tuple(_pair(opens, closes) for opens, closes in zip(minutes[::2], minutes[1::2], strict=True))


def _minutes(value: Any) -> int:
    minutes = parse_clock(value) if isinstance(value, str) else None
    if minutes is None:
        raise Unreadable("invalid")
    return minutes


def _pair(opens: int, closes: int) -> tuple[int, int]:
    if opens in (closes, MINUTES_A_DAY):
        raise Unreadable("invalid")
    return opens, closes if closes > opens else closes + MINUTES_A_DAY


def openings_from(fields: dict[str, Any]) -> list[Opening] | None:
    """Take the days out of the fields that were read; None when no day was sent at all."""
    days = [(weekday, fields.pop(f"opening_hours_{day}", None)) for weekday, day in enumerate(DAYS, 1)]
    if all(pairs is None for _, pairs in days):
        return None
    return [Opening(weekday, opens, closes) for weekday, pairs in days for opens, closes in pairs or ()]


def hours_on(weekday: int, openings: Iterable[Opening]) -> list[str] | None:
    """The pairs of one weekday: what holds for every service and without end."""
    own = [o for o in openings if o.weekday == weekday and o.service_ids is None and o.valid_until is None]
    times = [clock(minutes) for o in sorted(own, key=lambda o: o.opens) for minutes in (o.opens, o.closes)]
    return times or None


def _shown(weekday: int) -> Callable[[View], Callable[[Resource], Any]]:
    def maker(view: View) -> Callable[[Resource], Any]:
        def make(resource: Resource) -> Sequence[str] | None:
            if resource.always_open:
                return _ALWAYS
            return hours_on(weekday, view.openings.get(resource.id, ()))

        return make

    return maker


_day = Codec(_read, takes_null=True)
SENT = tuple(Field(f"opening_hours_{day}", f"opening_hours_{day}", _day, "in") for day in DAYS)
SHOWN = tuple(Made(f"opening_hours_{day}", _shown(weekday)) for weekday, day in enumerate(DAYS, 1))
