"""A resource as it is today: where it stands, when it is open, why it is not."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from kalends.engine.availability.openings import OpeningHours, holidays_between, hours_by_day
from kalends.engine.catalog.category import Category
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.site import Site
from kalends.engine.time.clock import DAY, wall


class Closure(msgspec.Struct, frozen=True):
    """A holiday, or days on which a resource is closed otherwise; both dates are included."""

    title: str
    first: date
    last: date


class Today(msgspec.Struct, frozen=True):
    """A resource with its site and category; `hours` are sorted pairs of wall minutes, up to 2880, of today there."""

    resource: Resource
    site: Site
    category: Category | None
    hours: tuple[tuple[int, int], ...]
    closures: tuple[Closure, ...]


def today_of(resource: Resource, site: Site, category: Category | None, hours: OpeningHours, now: datetime) -> Today:
    """The resource on the date that it is at its place."""
    day, _ = wall(now, hours.zone)
    ((_, pairs),) = hours_by_day(hours, day, day)
    return Today(resource, site, category, tuple(pairs), tuple(closures(hours, day)))


def closures(hours: OpeningHours, day: date) -> Iterator[Closure]:
    """The holidays on a date, and the closed days that it is one of; not those of some services alone."""
    holidays = holidays_between(hours.holidays, day, day + DAY) if hours.holidays else {}
    for found, title in holidays.items():
        yield Closure(title, found, found)
    for row in hours.exceptions:
        if row.applies(day) and row.opens is None and row.service_ids is None:
            yield Closure(row.title, row.day_from, row.day_until - DAY)
