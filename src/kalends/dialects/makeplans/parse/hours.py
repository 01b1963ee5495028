"""The hours of a week that a request sends, and the weekly openings that they are."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from kalends.dialects.kit.codecs import Unreadable
from kalends.dialects.makeplans.fields.hours import ALL_DAY, WEEKDAYS, Pairs, opening_pair, shown_hours, times
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Fault, Invalid

Week: TypeAlias = Mapping[int, Pairs]
"""Pairs of minutes by weekday, 1 to 7; only the weekdays that were sent. A day without pairs is closed."""

_NOT_SENT = object()


def take_week(fields: dict[str, Any]) -> Week:
    """Take the weekdays out of the fields that were read.

    The deprecated `open_0` and `close_0` count where the weekday itself was not sent. Raises Invalid(open_0 to open_6:
    invalid).
    """
    week: dict[int, Pairs] = {}
    for weekday, name in WEEKDAYS:
        opens, closes = (fields.pop(f"{end}_{weekday - 1}", _NOT_SENT) for end in ("open", "close"))
        pairs = fields.pop(f"opening_hours_{name}", _NOT_SENT)
        if pairs is not _NOT_SENT:
            week[weekday] = pairs
        elif _NOT_SENT not in (opens, closes):
            closed = None in (opens, closes) or opens == closes
            week[weekday] = () if closed else (_opening_pair(weekday, opens, closes),)
    return week


def changed_days(week: Week, row: Resource | ServiceAssignment, openings: Sequence[Opening]) -> Week:
    """The weekdays whose hours differ from those that a response shows.

    A client that sends back what it read changes nothing, not even hours that responses do not show.
    """
    shown = {weekday: shown_hours(row, weekday, openings) or [] for weekday, _ in WEEKDAYS}
    return {weekday: pairs for weekday, pairs in week.items() if times(pairs) != shown[weekday]}


def weekly_openings(week: Week) -> list[Opening]:
    """The engine's openings of these weekdays."""
    return [Opening(weekday, opens, closes) for weekday, pairs in week.items() for opens, closes in pairs]


def is_always_open(week: Week) -> bool:
    """Whether every day of the week is open throughout."""
    return all(tuple(week.get(weekday, ())) == ALL_DAY for weekday, _ in WEEKDAYS)


def _opening_pair(weekday: int, opens: int, closes: int) -> tuple[int, int]:
    try:
        return opening_pair(opens, closes)
    except Unreadable as unreadable:
        raise Invalid(Fault(f"open_{weekday - 1}", unreadable.reason)) from None
