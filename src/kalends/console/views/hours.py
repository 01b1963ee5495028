"""When a resource or a site is open, otherwise than in its usual week, and what is booked outside of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

import msgspec

from kalends.actions.bookings.outside import Outside
from kalends.console.views.clock import clock_text
from kalends.console.views.customers import customer_name
from kalends.console.views.tables import Cell, Row, Table, Text
from kalends.console.views.times import Times
from kalends.console.views.visits import what, when
from kalends.console.views.week_form import WEEKDAYS
from kalends.engine.availability.exception_entry import ExceptionEntry
from kalends.engine.availability.openings import Opening
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import DAY, MINUTES_A_DAY
from kalends.notices.texts import Message

MOST_SHOWN = 50
DayHours: TypeAlias = tuple[date, Sequence[tuple[int, int]]]
"""A date, and the wall minutes between which it is open on it."""


class OutsideView(msgspec.Struct, frozen=True):
    """What is booked outside the hours: how much, and a table of the first."""

    count: int
    table: Table


class Limited(msgspec.Struct, frozen=True):
    """Weekly hours that hold for a while only, or for some services. `key` tells them from others of the resource."""

    key: str
    day: str
    hours: str
    name: str
    dates: Text
    services: str


def outside_view(outside: Outside, resources: Mapping[int, Resource], times: Times) -> OutsideView:
    """Who has something booked outside the hours, each with a link to where it is moved."""
    booked = [(view.item.starts_at, _item_row(view, times)) for view in outside.items]
    for session in outside.sessions:
        booked.append((session.starts_at, _session_row(session, resources[session.resource_id or 0], times)))
    rows = tuple(row for _, row in sorted(booked, key=lambda each: each[0])[:MOST_SHOWN])
    columns = ("hours.when", "hours.what", "hours.whom", "hours.resource")
    return OutsideView(outside.count, Table("hours.outside", columns, rows, "hours.none_outside"))


def exceptions_table(
    exceptions: Sequence[ExceptionEntry], path: str, times: Times, *, of_site: bool, editable: bool
) -> Table:
    """Exceptions of a site or of a resource in order of their days, each with a link to its form below this path."""
    rows = tuple(
        Row(
            (
                Cell(_days(each.day_from, each.day_until, times)),
                Cell(hours_text(each.opens, each.closes) or Message("hours.closed")),
                Cell(each.title),
            ),
            f"{path}/{each.id}" if editable else "",
        )
        for each in sorted(exceptions, key=lambda each: (each.day_from, each.opens or 0))
    )
    columns = ("hours.days", "hours.hours", "hours.reason")
    title = "hours.site_exceptions" if of_site else "hours.exceptions"
    return Table(title, columns, rows, "hours.no_exceptions")


def holidays_table(holidays: Iterable[tuple[date, str]], times: Times) -> Table:
    """The holidays on which a site is closed."""
    rows = tuple(Row((Cell(times.words.day(day)), Cell(title))) for day, title in holidays)
    return Table("hours.holidays", ("hours.day", "hours.reason"), rows, "hours.no_holidays")


def week_table(resources: Sequence[Resource], hours: Mapping[int, Sequence[DayHours]]) -> Table:
    """The hours of the next seven days of each resource, with a link to its own page."""
    rows = tuple(_week_row(resource, hours[resource.id]) for resource in resources)
    days = [day for day, _ in next(iter(hours.values()), ())]
    columns = ("hours.resource", *(f"weekday.{WEEKDAYS[day.isoweekday() - 1]}" for day in days))
    return Table("hours.this_week", columns, rows, "hours.no_resources")


def limited_hours(openings: Iterable[Opening], services: Mapping[int, str], times: Times) -> list[Limited]:
    """Hours that the form of the week does not have."""
    return [
        Limited(
            key=key_of(opening),
            day=f"weekday.{WEEKDAYS[opening.weekday - 1]}",
            hours=hours_text(opening.opens, opening.closes),
            name=opening.name,
            dates=validity_text(opening, times),
            services=", ".join(services.get(each, "") for each in sorted(opening.service_ids or ())),
        )
        for opening in openings
    ]


def key_of(opening: Opening) -> str:
    """What tells weekly hours from all others of the same resource."""
    services = "+".join(map(str, sorted(opening.service_ids or ())))
    parts = (opening.weekday, opening.opens, opening.closes, opening.valid_from, opening.valid_until, services)
    return "/".join("" if part is None else str(part) for part in parts)


def hours_text(opens: int | None, closes: int | None) -> str:
    """`08:00–16:00`; "" if it is closed."""
    if opens is None or closes is None:
        return ""
    return f"{clock_text(opens)}–{clock_text(closes if closes <= MINUTES_A_DAY else closes - MINUTES_A_DAY)}"


def _item_row(view: ItemView, times: Times) -> Row:
    whom = customer_name(view.customer) if view.customer else ""
    where = view.resource.title if view.resource else ""
    path = f"/sites/{view.site_id}/items/{view.item.id}"
    return Row((when(view, times), Cell(what(view)), Cell(whom), Cell(where)), path)


def _session_row(session: GroupSession, resource: Resource, times: Times) -> Row:
    span = times.words.hour(session.starts_at.astimezone(times.zone))
    cells = (Cell(times.day(session.starts_at), span), Cell(session.title), Cell(), Cell(resource.title))
    return Row(cells, f"/sites/{resource.site_id}/sessions/{session.id}")


def validity_text(opening: Opening, times: Times) -> Text:
    """Between which dates hours hold; "" if always."""
    first, until = opening.valid_from, opening.valid_until
    if first and until:
        return _days(first, until, times)
    if first:
        return Message("hours.from", {"day": times.day(first)})
    return Message("hours.until", {"day": times.day(until - DAY)}) if until else ""


def _days(first: date, until: date, times: Times) -> str:
    last = until - DAY
    return times.day(first) if last == first else f"{times.day(first)} – {times.day(last)}"


def _week_row(resource: Resource, days: Sequence[DayHours]) -> Row:
    cells = (Cell(", ".join(hours_text(*pair) for pair in pairs) or "–") for _, pairs in days)
    return Row((Cell(resource.title), *cells), f"/resources/{resource.id}/hours")
