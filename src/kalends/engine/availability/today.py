"""A resource today: its site, its opening hours and its closures."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from kalends.engine.availability.holidays import holidays_between
from kalends.engine.availability.openings import OpeningHours, hours_by_day
from kalends.engine.catalog.category import Category
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.site import Site
from kalends.engine.time.clock import DAY, wall


class Closure(msgspec.Struct, frozen=True):
    """A holiday, or days on which an exception closes the resource. Both dates are included."""

    title: str
    first: date
    last: date


class Today(msgspec.Struct, frozen=True):
    """A resource with its site and category. `hours` are today's, as sorted pairs of wall minutes, up to 2880."""

    resource: Resource
    site: Site
    category: Category | None
    hours: tuple[tuple[int, int], ...]
    closures: tuple[Closure, ...]


def today_of(resource: Resource, site: Site, category: Category | None, hours: OpeningHours, now: datetime) -> Today:
    """The resource on the date that `now` is in its zone. Raises Invalid(country, subdivision: unknown)."""
    day, _ = wall(now, hours.zone)
    ((_, pairs),) = hours_by_day(hours, day, day)
    return Today(resource, site, category, tuple(pairs), tuple(closures(hours, day)))


def closures(hours: OpeningHours, day: date) -> Iterator[Closure]:
    """The holidays and closing exceptions that include a date, without exceptions for some services only.

    Raises Invalid(country, subdivision: unknown).
    """
    holidays = holidays_between(hours.holidays, day, day + DAY) if hours.holidays else {}
    for holiday, title in holidays.items():
        yield Closure(title, holiday, holiday)
    for exception in hours.exceptions:
        if exception.applies(day) and exception.opens is None and exception.service_ids is None:
            yield Closure(exception.title, exception.day_from, exception.day_until - DAY)
