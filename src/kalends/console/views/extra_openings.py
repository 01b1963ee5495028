"""Single times at which a resource is open besides its hours: the list of them, and the form to add some."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.console.values import Values
from kalends.console.views.forms import Field, Form, Group, once
from kalends.console.views.repeats import FIELDS as REPEATS
from kalends.console.views.repeats import repeats_group, sent_rule
from kalends.console.views.times import Times
from kalends.engine.availability.extra_opening import ExtraOpening
from kalends.engine.time.clock import MINUTES_A_DAY, instant
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.engine.time.span import Span

FIELDS = ("first_day", "opens", "closes", *REPEATS)
NAMES = {"starts_at": "first_day", "ends_at": "closes", "rrule": "repeats"}


class ExtraView(msgspec.Struct, frozen=True):
    """An extra opening; `path` is where it is removed, `series_path` where it is with all that were added with it."""

    when: str
    path: str
    series_path: str


def extra_views(openings: Sequence[ExtraOpening], path: str, times: Times) -> list[ExtraView]:
    """Extra openings in the order given; `path` is that of the resource's."""
    return [
        ExtraView(
            f"{times.day(opening.starts_at)}, {times.hours(opening.starts_at, opening.ends_at)}",
            f"{path}/{opening.id}/remove",
            f"{path}/{opening.id}/remove-all" if opening.series else "",
        )
        for opening in openings
    ]


def extra_form(path: str, back: str) -> Form:
    """The form to add one, or one that repeats."""
    time = (
        Field("first_day", "hours.day", kind="date"),
        Field("opens", "hours.opens", kind="time"),
        Field("closes", "hours.closes", kind="time"),
    )
    parts = (Group("hours.when", time, beside=True), repeats_group({}))
    return Form(path, parts, "hours.add", hidden=once(), back=back)


def sent_extra_opening(sent: Mapping[str, str], times: Times) -> tuple[Span | None, RepeatRule | None, Values]:
    """The first time, how it repeats, and what could not be read of them; then there is no time. What closes at or
    before it opens closes on the next day."""
    values = Values(sent)
    day = values.needed(values.day, "first_day")
    opens, closes = values.needed(values.minute, "opens"), values.needed(values.minute, "closes")
    rule = sent_rule(values)
    if values.faults:
        return None, None, values
    ends = closes if closes > opens else closes + MINUTES_A_DAY
    return Span(instant(day, opens, times.zone), instant(day, ends, times.zone, ends=True)), rule, values
