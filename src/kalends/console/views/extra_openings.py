"""Single times at which a resource is open besides its hours: the list of them, and the form to add some."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.forms import BETWEEN, Field, Form, Group, once
from kalends.console.views.records import named
from kalends.console.views.repeats import FIELDS as REPEATS
from kalends.console.views.repeats import repeats_group, sent_rule
from kalends.console.views.tables import Cell, Row, Table
from kalends.console.views.times import Times
from kalends.engine.availability.extra_opening import ExtraOpening
from kalends.engine.catalog.resource import Resource
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


def site_extra_table(openings: Sequence[ExtraOpening], titles: Mapping[int, str], times: Times) -> Table:
    """Those of the resources of a site, each with a link to the hours of its resource; `titles` are their names."""
    rows = []
    for opening in openings:
        when = Cell(times.day(opening.starts_at), times.hours(opening.starts_at, opening.ends_at))
        cells = (when, Cell(titles[opening.resource_id]))
        rows.append(Row(cells, f"/resources/{opening.resource_id}/hours"))
    return Table("hours.extra", ("hours.when", "hours.resource"), tuple(rows), "hours.no_extra")


def extra_form(path: str, back: str, resources: Sequence[Resource] = ()) -> Form:
    """The form to add one, or one that repeats; of a site, for some of these resources."""
    hours = (Field("opens", "hours.opens", kind="time"), Field("closes", "hours.closes", kind="time"))
    chosen = BETWEEN.join(str(each.id) for each in resources)
    of_site = Field("resource_ids", "hours.resource", kind="checks", value=chosen, choices=tuple(named(resources)))
    parts = (
        Field("first_day", "hours.day", kind="date"),
        Group("hours.hours", hours, beside=True),
        *((of_site,) if resources else ()),
        repeats_group({}),
    )
    return Form(path, parts, "hours.add", hidden=once(), back=back)


def sent_resources(values: Values) -> tuple[int, ...]:
    """The ids of the resources of a site that are to be open; none, if none is ticked or they can't be read."""
    ids = values.needed(values.ids, "resource_ids")
    return () if ids is UNSET else tuple(ids)


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
