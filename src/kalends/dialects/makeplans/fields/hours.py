"""Opening hours as pairs of times: `["08:00", "12:00", "12:30", "16:00"]`, null when closed.

Hours that pass midnight are `["18:00", "02:00"]`; a day that is open throughout is `["00:00", "24:00"]`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext
from kalends.dialects.kit.dates import clock, parse_clock
from kalends.dialects.kit.fields import Computed, Field
from kalends.dialects.makeplans.fields.view import RenderContext
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import MINUTES_A_DAY

Pairs: TypeAlias = Sequence[tuple[int, int]]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_DAY = ((0, MINUTES_A_DAY),)
_WEEK = tuple(enumerate(DAYS, 1))
_UNSENT = object()


def _read(value: Any, wire_context: WireContext) -> tuple[tuple[int, int], ...]:
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


def _read_old(value: Any, wire_context: WireContext) -> int | None:
    return None if value == "" else _minutes(value)


def week_from(fields: dict[str, Any]) -> dict[int, Pairs]:
    """Take the days out of the fields that were read: the hours of each weekday, 1 to 7, that was sent.

    The deprecated `open_0` and `close_0` count where the day itself was not sent.
    """
    found: dict[int, Pairs] = {}
    for weekday, day in _WEEK:
        opens, closes = (fields.pop(f"{end}_{weekday - 1}", _UNSENT) for end in ("open", "close"))
        sent = fields.pop(f"opening_hours_{day}", _UNSENT)
        if sent is not _UNSENT:
            found[weekday] = sent
        elif _UNSENT not in (opens, closes):
            found[weekday] = () if None in (opens, closes) or opens == closes else (_pair(opens, closes),)
    return found


def changed(
    week: Mapping[int, Pairs], one: Resource | ServiceAssignment, openings: Sequence[Opening]
) -> dict[int, Pairs]:
    """Those weekdays whose hours differ from what is shown of them.

    What comes back as it was read says nothing new, also of hours that are not shown, such as some services' own.
    """
    shown = {weekday: shown_hours(one, weekday, openings) or [] for weekday, _ in _WEEK}
    return {weekday: pairs for weekday, pairs in week.items() if times(pairs) != shown[weekday]}


def openings_of(week: Mapping[int, Pairs]) -> list[Opening]:
    """The weekly openings that the hours of some weekdays are."""
    return [Opening(weekday, opens, closes) for weekday, pairs in week.items() for opens, closes in pairs]


def is_always(week: Mapping[int, Pairs]) -> bool:
    """Whether every day of the week is open throughout."""
    return all(tuple(week.get(weekday, ())) == ALL_DAY for weekday, _ in _WEEK)


def times(pairs: Iterable[tuple[int, int]]) -> list[str]:
    """Pairs of minutes as the wire has them."""
    return [clock(minutes) for pair in sorted(pairs) for minutes in pair]


def hours_on(weekday: int, openings: Iterable[Opening]) -> list[str] | None:
    """The pairs of one weekday: what holds for every service and without end."""
    own = [o for o in openings if o.weekday == weekday and o.service_ids is None and o.valid_until is None]
    return times((opening.opens, opening.closes) for opening in own) or None


def shown_hours(one: Resource | ServiceAssignment, weekday: int, openings: Iterable[Opening]) -> list[str] | None:
    """The pairs of one weekday of a resource, or of a service on it."""
    if isinstance(one, Resource) and one.always_open:
        return times(ALL_DAY)
    return hours_on(weekday, openings)


def _shown(weekday: int) -> Callable[[RenderContext], Callable[[Resource | ServiceAssignment], list[str] | None]]:
    return lambda view: lambda one: shown_hours(one, weekday, view.openings.get(one.id, ()))


def _shown_old(weekday: int, at: int) -> Callable[[RenderContext], Callable[[Resource], str | None]]:
    def maker(view: RenderContext) -> Callable[[Resource], str | None]:
        def make(one: Resource) -> str | None:
            shown = shown_hours(one, weekday, view.openings.get(one.id, ()))
            return shown[at] if shown else None

        return make

    return maker


day = Codec(_read, lambda view: times, takes_null=True)
day_or_usual = Codec(_read, lambda view: times)
"""The same where null means the usual hours."""
SENT = tuple(Field(f"opening_hours_{name}", f"opening_hours_{name}", day, "in") for name in DAYS)
SHOWN = tuple(Computed(f"opening_hours_{name}", _shown(weekday)) for weekday, name in _WEEK)
# The same without the breaks, as it was once sent.
_OLD = tuple((f"{end}_{weekday - 1}", weekday, at) for weekday, _ in _WEEK for end, at in (("open", 0), ("close", -1)))
SENT_OLD = tuple(Field(name, name, Codec(_read_old), "in") for name, _, _ in _OLD)
SHOWN_OLD = tuple(Computed(name, _shown_old(weekday, at)) for name, weekday, at in _OLD)
