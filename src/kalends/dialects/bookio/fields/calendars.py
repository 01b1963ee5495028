"""Calendars: the engine's resources with what they offer. Source: Bookio reference, calendars."""

from collections.abc import Callable
from datetime import date
from typing import Any

from kalends.dialects.bookio.fields.view import DOOR, RenderContext
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext, one_or_many
from kalends.dialects.kit.dates import clock, parse_clock
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, from_row, renderer
from kalends.engine.availability.interval import Interval
from kalends.engine.availability.offering import Offering
from kalends.engine.time.clock import DAY


def _read_clock(value: Any, context: WireContext) -> int | None:
    if value == "":
        return None
    minutes = parse_clock(value) if isinstance(value, str) else None
    if minutes is None:
        raise Unreadable("invalid")
    return minutes


def midnight(day: date | None) -> str | None:
    """A date as the page's examples have it: `2018-06-29T00:00:00`."""
    return None if day is None else f"{day}T00:00:00"


def _last_day(offering: Offering) -> str | None:
    until = offering.resource.valid_until
    return None if until is None else midnight(until - DAY)


def _allowed(interval: Interval) -> list[int]:
    return sorted(interval.service_ids or ())


_clock = Codec(_read_clock, lambda context: clock)
_MORE: tuple[PassThrough, ...] = (
    PassThrough("referralLetter", codecs.flag, False),
    PassThrough("hiddenInOnlineForm", codecs.flag, False),
)

SERVICE: tuple[Line, ...] = (
    Field("id", "service_id", codecs.identifier, source="service.id"),
    Field("name", "title", codecs.text(), source="service.title"),
    Field("note", "description", codecs.text(codecs.TEXT), source="service.description"),
    Field("duration", "duration", codecs.number(1), source="duration"),
    Field("capacity", "capacity", codecs.number(1), source="capacity"),
    *_MORE,
)
INTERVAL: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier),
    Field("name", "name", codecs.text()),
    Field("weekDays", "weekdays", one_or_many(codecs.number(1, 7))),
    Field("timeFrom", "opens", _clock),
    Field("timeTo", "closes", _clock),
    Field("allowedServices", "service_ids", one_or_many(codecs.identifier), "in"),
    Computed("allowedServices", from_row(_allowed)),
)
_bind_service = renderer("CalendarService", SERVICE, source="service", door=DOOR)
_bind_interval = renderer("Interval", INTERVAL)


def _each(
    bind: Callable[[Any], Callable[[Any], Any]], rows_of: Callable[[Offering], Any]
) -> Callable[[RenderContext], Callable[[Offering], list[Any]]]:
    def bind_all(context: RenderContext) -> Callable[[Offering], list[Any]]:
        render = bind(context)
        return lambda offering: [render(row) for row in rows_of(offering)]

    return bind_all


CALENDAR: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out", source="resource.id"),
    Field("facilityId", "site_id", codecs.identifier, source="resource.site_id"),
    Field("name", "title", codecs.text(), source="resource.title"),
    Field("note", "notes", codecs.text(codecs.TEXT), source="resource.notes"),
    Field("validFrom", "valid_from", codecs.day, "in"),
    Field("validTo", "last", codecs.day, "in"),
    Computed("validFrom", from_row(lambda offering: midnight(offering.resource.valid_from))),
    Computed("validTo", from_row(_last_day)),
    Computed("services", _each(_bind_service, lambda offering: offering.services)),
    Computed("intervals", _each(_bind_interval, lambda offering: offering.intervals)),
)
END: tuple[Line, ...] = (
    Field("facilityId", "site_id", codecs.identifier, "in"),
    Field("validTo", "last", codecs.day, "in"),
)
QUERY: tuple[Line, ...] = (
    Field("date", "day", codecs.day, "in"),
    Field("facilityId", "site_id", codecs.identifier, "in"),
)

calendar = renderer("Calendar", CALENDAR)
