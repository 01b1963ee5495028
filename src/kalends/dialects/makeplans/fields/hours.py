"""Opening hours of a day as a flat list of times: `["08:00", "12:00", "12:30", "16:00"]`, null when closed.

Hours that pass midnight are `["18:00", "02:00"]`; a day that is open throughout is `["00:00", "24:00"]`. In the engine
they are pairs of minutes from midnight.
"""

from collections.abc import Callable, Iterable, Sequence
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

WEEKDAYS = tuple(enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1))
"""ISO numbers of weekdays, with the vendor's names."""
ALL_DAY = ((0, MINUTES_A_DAY),)


def times(pairs: Iterable[tuple[int, int]]) -> list[str]:
    """Pairs of minutes as the wire has them, in order."""
    return [clock(minutes) for pair in sorted(pairs) for minutes in pair]


def opening_pair(opens: int, closes: int) -> tuple[int, int]:
    """A pair of minutes; one that closes past midnight ends above 1440. Raises Unreadable(invalid)."""
    if opens in (closes, MINUTES_A_DAY):
        raise Unreadable("invalid")
    return opens, closes if closes > opens else closes + MINUTES_A_DAY


def shown_hours(row: Resource | ServiceAssignment, weekday: int, openings: Iterable[Opening]) -> list[str] | None:
    """The times of one weekday of a resource, or of a service on it; None when closed.

    The vendor's hours of a weekday are for every service and have no end, so other openings are not shown.
    """
    if isinstance(row, Resource) and row.always_open:
        return times(ALL_DAY)
    plain = [
        opening
        for opening in openings
        if opening.weekday == weekday and opening.service_ids is None and opening.valid_until is None
    ]
    return times((opening.opens, opening.closes) for opening in plain) or None


def _read_day(value: Any, context: WireContext) -> tuple[tuple[int, int], ...]:
    if value is None or value == "":
        return ()
    if not isinstance(value, list):
        raise Unreadable("invalid")
    minutes = [_minutes(time) for time in value if time not in ("", None)]
    if len(minutes) % 2:
        raise Unreadable("invalid")
    return tuple(opening_pair(opens, closes) for opens, closes in zip(minutes[::2], minutes[1::2], strict=True))


def _read_time(value: Any, context: WireContext) -> int | None:
    return None if value == "" else _minutes(value)


def _minutes(value: Any) -> int:
    minutes = parse_clock(value) if isinstance(value, str) else None
    if minutes is None:
        raise Unreadable("invalid")
    return minutes


def _hours_on(weekday: int) -> Callable[[RenderContext], Callable[[Resource | ServiceAssignment], list[str] | None]]:
    return lambda context: lambda row: shown_hours(row, weekday, context.openings.get(row.id, ()))


def _first_or_last_on(weekday: int, position: int) -> Callable[[RenderContext], Callable[[Resource], str | None]]:
    def bind(context: RenderContext) -> Callable[[Resource], str | None]:
        def value_of(resource: Resource) -> str | None:
            shown = shown_hours(resource, weekday, context.openings.get(resource.id, ()))
            return shown[position] if shown else None

        return value_of

    return bind


day = Codec(_read_day, lambda context: times, takes_null=True)
day_or_usual = Codec(_read_day, lambda context: times)
"""The same where null means the usual hours."""
_time = Codec(_read_time)

SENT = tuple(Field(f"opening_hours_{name}", f"opening_hours_{name}", day, "in") for _, name in WEEKDAYS)
SHOWN = tuple(Computed(f"opening_hours_{name}", _hours_on(weekday)) for weekday, name in WEEKDAYS)

# The deprecated hours without breaks, `open_0` and `close_0` for Monday.
SENT_OLD = tuple(
    Field(f"{end}_{weekday - 1}", f"{end}_{weekday - 1}", _time, "in")
    for weekday, _ in WEEKDAYS
    for end in ("open", "close")
)
SHOWN_OLD = tuple(
    Computed(f"{end}_{weekday - 1}", _first_or_last_on(weekday, position))
    for weekday, _ in WEEKDAYS
    for end, position in (("open", 0), ("close", -1))
)
