"""The weekly hours of a resource as a form: some pairs of times for each day, without what holds for a while only or
for some services."""

from collections.abc import Mapping, Sequence

from kalends.console.values import Values
from kalends.console.views.clock import clock_text
from kalends.console.views.forms import Field, Form, Group, ticked
from kalends.engine.availability.openings import Opening
from kalends.engine.availability.weekly_hours import WeeklyHours
from kalends.engine.time.clock import MINUTES_A_DAY
from kalends.notices.texts import Message

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_PAIRS = 8
"""Pairs of times of one day; more are kept, but not shown."""
_FEWEST_PAIRS = 2
PREVIEW = "preview"
WEEK = tuple(f"{end}_{day}_{pair}" for day in range(1, 8) for pair in range(MOST_PAIRS) for end in ("opens", "closes"))
"""The fields of the days."""
FIELDS = ("always_open", PREVIEW, *WEEK)


def is_usual(opening: Opening) -> bool:
    """Whether hours hold always and for all services, so that the form of the week has them."""
    bounds = (opening.valid_from, opening.valid_until, opening.service_ids)
    return bounds == (None, None, None)


def week_form(path: str, hours: WeeklyHours) -> Form:
    """The form of the week of a resource."""
    hint = "hours.part_hint" if hours.resource.parent_id else "hours.always_open_hint"
    always = Field(
        "always_open",
        "hours.always_open",
        kind="checkbox",
        value=ticked(hours.resource.always_open),
        hint=hint,
        required=False,
    )
    return Form(
        path,
        (always, *week_days([each for each in hours.openings if is_usual(each)])),
        "form.save",
        hidden={"version": str(hours.resource.revision)},
        second=(PREVIEW, "hours.preview"),
    )


def week_days(openings: Sequence[Opening]) -> tuple[Group, ...]:
    """For each day the hours that it has, and room for another."""
    pairs = [_pairs(openings, day) for day in range(1, 8)]
    most = min(MOST_PAIRS, max(_FEWEST_PAIRS, 1 + max(len(each) for each in pairs)))
    return tuple(_day(day, pairs[day - 1], most) for day in range(1, 8))


def sent_week(sent: Mapping[str, str]) -> tuple[list[Opening], Values]:
    """The hours that the form has, and what could not be read of it. What closes at or before it opens closes on the
    next day."""
    values, openings = Values(sent), []
    for day in range(1, 8):
        for pair in range(MOST_PAIRS):
            opening = _opening(values, day, pair)
            if opening:
                openings.append(opening)
    return openings, values


def _opening(values: Values, day: int, pair: int) -> Opening | None:
    names = f"opens_{day}_{pair}", f"closes_{day}_{pair}"
    ends = [values.minute(name) for name in names]
    if not any(values.sent[name] for name in names) or any(name in values.faults for name in names):
        return None
    for name, minute in zip(names, ends, strict=True):
        if minute is None:
            values.faults[name] = Message("fault.blank")
    if None in ends:
        return None
    opens, closes = ends
    return Opening(day, opens, closes if closes > opens else closes + MINUTES_A_DAY)


def _pairs(openings: Sequence[Opening], day: int) -> list[tuple[int, int]]:
    return [(each.opens, each.closes) for each in openings if each.weekday == day]


def _day(day: int, pairs: Sequence[tuple[int, int]], most: int) -> Group:
    fields = []
    for pair in range(most):
        opens, closes = pairs[pair] if pair < len(pairs) else (None, None)
        for name, label, minute in (("opens", "hours.opens", opens), ("closes", "hours.closes", closes)):
            text = "" if minute is None else clock_text(minute % MINUTES_A_DAY)
            fields.append(Field(f"{name}_{day}_{pair}", label, kind="time", value=text, required=False))
    return Group(f"weekday.{WEEKDAYS[day - 1]}", tuple(fields), beside=True)
