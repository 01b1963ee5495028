"""Parses requests about calendars."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.bookio.fields.calendars import CALENDAR, END, INTERVAL, QUERY, SERVICE
from kalends.dialects.bookio.fields.view import DOOR, RenderContext
from kalends.dialects.bookio.parse.reader import Reader
from kalends.engine.availability.interval import Interval
from kalends.engine.availability.offering import OfferedService
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, wall

_MAY_BE_EMPTY = ("notes", "valid_from", "last")
"""Fields that must be sent, but may be "" or null: a calendar that was read is sent back as it is."""


class Calendar(msgspec.Struct, frozen=True):
    """A calendar as it is to be: the resource, its services and its intervals."""

    resource: ResourcePatch
    services: list[OfferedService]
    intervals: list[Interval]


class Ending(msgspec.Struct, frozen=True):
    """The last date of a calendar, and the facility at which it must be, None for any."""

    last: date
    site_id: int | None


def parse_list(params: Mapping[str, Any], ctx: Context, context: RenderContext) -> tuple[int | None, date]:
    """The facility, None for any, and the date: today there unless one is named. Raises NotFound(site), Invalid."""
    reader = Reader(ctx, params, context)
    filters = reader.only(QUERY)
    day = filters.get("day") or wall(ctx.now, reader.wire_context.zone)[0]
    return filters.get("site_id"), day


def parse_calendar(params: Mapping[str, Any], ctx: Context, context: RenderContext) -> Calendar:
    """A calendar, whole. Raises NotFound(site), Invalid(a field: blank, or one that can't be read; validTo:
    before_start)."""
    reader = Reader(ctx, params, context)
    fields = reader.complete(CALENDAR, *_MAY_BE_EMPTY)
    reader.add_blank_faults(*(name for name in _MAY_BE_EMPTY if name not in fields))
    first, last = fields.get("valid_from"), fields.get("last")
    if first is not None and last is not None and last < first:
        reader.faults.append(Fault("last", "before_start"))
    services, intervals = _services(reader), _intervals(reader)
    reader.done()
    patch = ResourcePatch(
        title=fields["title"],
        notes=fields["notes"] or "",
        site_id=fields["site_id"],
        valid_from=first,
        valid_until=last + DAY if last else None,
    )
    return Calendar(patch, services, intervals)


def parse_end(params: Mapping[str, Any], ctx: Context, context: RenderContext) -> Ending:
    """The last date of a calendar. Raises NotFound(site), Invalid(validTo: blank, invalid)."""
    reader = Reader(ctx, params, context)
    fields = reader.complete(END, "site_id")
    reader.done()
    return Ending(fields["last"], fields.get("site_id"))


def _services(reader: Reader) -> list[OfferedService]:
    offered = []
    for index, (sent, fields) in enumerate(reader.objects("services", SERVICE)):
        title = (fields.get("title") or "").strip()
        duration, capacity = fields.get("duration"), fields.get("capacity", 1)
        blank = {"name": title, "duration": duration, "capacity": capacity}
        _add_blank_faults(reader, f"services[{index}]", {name for name, value in blank.items() if not value})
        details = reader.changed_details(DOOR, SERVICE, sent)
        patch = ServicePatch(title=title, description=fields.get("description") or "", **details)
        offered.append(OfferedService(fields.get("service_id"), duration or 1, capacity or 1, patch))
    return offered


def _intervals(reader: Reader) -> list[Interval]:
    intervals = []
    for index, (_, fields) in enumerate(reader.objects("intervals", INTERVAL)):
        weekdays, opens, closes = fields.get("weekdays"), fields.get("opens"), fields.get("closes")
        times = {"weekDays": weekdays, "timeFrom": opens, "timeTo": closes}
        _add_blank_faults(reader, f"intervals[{index}]", {name for name, value in times.items() if value is None})
        if weekdays is None or opens is None or closes is None:
            continue
        if opens >= MINUTES_A_DAY:
            reader.faults.append(Fault(f"intervals[{index}].timeFrom", "out_of_range"))
            continue
        service_ids = fields.get("service_ids")
        intervals.append(
            Interval(
                id=fields.get("id"),
                name=fields.get("name") or "",
                weekdays=tuple(sorted(set(weekdays))),
                opens=opens,
                closes=closes if closes > opens else closes + MINUTES_A_DAY,
                service_ids=None if service_ids is None else frozenset(service_ids),
            )
        )
    return intervals


def _add_blank_faults(reader: Reader, place: str, names: set[str]) -> None:
    reader.add_blank_faults(*(f"{place}.{name}" for name in sorted(names)))
