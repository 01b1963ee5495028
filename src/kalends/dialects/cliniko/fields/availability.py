"""When practitioners are there: on weekdays as usual, and in single blocks besides. The engine's openings."""

from collections.abc import Callable
from typing import Any

from kalends.dialects.cliniko.fields.filters import DATETIME, ID, FilterField, Listing
from kalends.dialects.cliniko.fields.repeat_rules import repeat_rule
from kalends.dialects.cliniko.fields.time_zones import label
from kalends.dialects.cliniko.fields.view import RenderContext, link, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, renderer
from kalends.engine.availability.weekday_hours import WeekdayHours

MOST_REPEATS = 100


def _resource_id(row: Any) -> int | None:
    resource_id: int = row.resource_id
    return resource_id


def _business(context: RenderContext) -> Callable[[Any], Any]:
    return link("businesses", lambda row: context.site_of.get(row.resource_id))(context)


def _time(minute: int) -> str:
    """The wall time of a minute from midnight, also of one that is on the next day."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _availabilities(context: RenderContext) -> Callable[[WeekdayHours], list[dict[str, str]]]:
    return lambda row: [{"starts_at": _time(opens), "ends_at": _time(closes)} for opens, closes in row.hours]


def _day_of_week(context: RenderContext) -> Callable[[WeekdayHours], int]:
    """Counted from 0, which is Sunday."""
    return lambda row: row.weekday % 7


def _zone_label(context: RenderContext) -> Callable[[WeekdayHours], str | None]:
    return lambda row: label(context.zones[row.site_id]) if row.site_id in context.zones else None


def _zone(context: RenderContext) -> Callable[[WeekdayHours], str | None]:
    return lambda row: context.zones.get(row.site_id)


_COMMON = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Computed("business", _business),
    Computed("practitioner", link("practitioners", _resource_id)),
)
BLOCK = (
    *_COMMON,
    Field("starts_at", "starts_at", codecs.moment),
    Field("ends_at", "ends_at", codecs.moment),
    Field("repeat_rule", "repeat_rule", repeat_rule(MOST_REPEATS)),
    Field("business_id", "site_id", codecs.identifier, "in"),
    Field("practitioner_id", "resource_id", codecs.identifier, "in"),
    Computed("links", self_link("availability_blocks")),
)
DAY = (
    *_COMMON,
    Computed("availabilities", _availabilities),
    Computed("day_of_week", _day_of_week),
    Computed("time_zone", _zone_label),
    Computed("time_zone_identifier", _zone),
    Computed("links", self_link("daily_availabilities")),
)
TIMES = (
    Field("from", "first", codecs.day),
    Field("to", "last", codecs.day),
)

_FILTERS = (
    FilterField("id", "id", ID),
    FilterField("created_at", "created_at", DATETIME),
    FilterField("updated_at", "updated_at", DATETIME),
    FilterField("business_id", "site_id", ID),
    FilterField("practitioner_id", "resource_id", ID),
)
BLOCKS = Listing("availability_blocks", (*_FILTERS, FilterField("starts_at", "starts_at", DATETIME)))
DAYS = Listing("daily_availabilities", _FILTERS)

availability_block = renderer("AvailabilityBlock", BLOCK)
daily_availability = renderer("DailyAvailability", DAY)
