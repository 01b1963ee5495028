"""How somebody likes to look at the calendar, as the form for it says."""

from collections.abc import Mapping, Set
from typing import TypeVar

from kalends.engine.accounts.calendar_look import Axis, CalendarLook, Zoom

T = TypeVar("T")

ZOOMS: tuple[Zoom, ...] = ("normal", "large", "largest")
AXES: tuple[Axis, ...] = ("auto", "columns", "rows")
TICKS = ("all_hours", "without_time", "without_weekends")
"""What is ticked in the form."""


def chosen(sent: Mapping[str, str], shown: Set[int], every: Set[int], before: CalendarLook) -> CalendarLook:
    """What somebody has chosen: of `every` resource of the site only those in `shown` are seen, if there are any; those
    of other sites stay as they were."""
    here = every - shown if shown else frozenset[int]()
    return CalendarLook(
        zoom=_one_of(sent["zoom"], ZOOMS, before.zoom),
        axis=_one_of(sent["axis"], AXES, before.axis),
        hidden=frozenset(here | (before.hidden - every)),
        **{name: bool(sent[name]) for name in TICKS},
    )


def _one_of(text: str, known: tuple[T, ...], otherwise: T) -> T:
    return next((each for each in known if each == text), otherwise)
