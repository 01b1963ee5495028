"""Requests about tickets, time slots, properties and statuses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from kalends.actions.bookings.attended import AttendedFilter, FieldValue
from kalends.dialects.carecloud.fields.bookings import STATUS_SORT
from kalends.dialects.carecloud.fields.properties import PROPERTY_QUERY, sent_value
from kalends.dialects.carecloud.fields.properties import SORT as PROPERTY_SORT
from kalends.dialects.carecloud.fields.tickets import BUSY_TIMES, SLOT_QUERY, SLOT_SORT, TICKET_QUERY, TICKET_SORT
from kalends.dialects.carecloud.fields.view import RenderContext
from kalends.dialects.carecloud.parse.reader import Reader
from kalends.dialects.kit.dates import has_offset
from kalends.engine.bookings.booking_status import BookingStatus
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.query import Filter, OffsetPage, Page, Query, Sort


class AttendedQuery(msgspec.Struct, frozen=True):
    """Which tickets or time slots to list."""

    query: Query
    wanted: AttendedFilter


class BusyTimesQuery(msgspec.Struct, frozen=True):
    """The time, and the tickets whose slots are meant; `service_id` None is any."""

    period: str
    day: date
    service_id: int | None
    having: FieldValue | None


class ShortList(msgspec.Struct, frozen=True):
    """A page of a list of few records, all of which are at hand; `name` is a part of the name."""

    page: OffsetPage
    order: tuple[Sort, ...]
    name: str = ""


def parse_tickets(
    params: Mapping[str, Any], context: RenderContext, properties: Sequence[CustomField]
) -> AttendedQuery:
    """Which tickets to list. Those whose validity overlaps the time from `valid_from` to `valid_to` are.

    Raises Invalid(any parameter that can't be read).
    """
    reader = Reader(context, params)
    fields = reader.fields(TICKET_QUERY)
    query = Query(reader.page(), tuple(_validity(fields, context)), reader.order(TICKET_SORT))
    reader.done()
    return AttendedQuery(query, _wanted(fields, context, properties))


def parse_slots(params: Mapping[str, Any], context: RenderContext, properties: Sequence[CustomField]) -> AttendedQuery:
    """Which time slots to list. Those that overlap the time from `time_from` to `time_to` are, by the clock where each
    takes place unless an offset is sent.

    Raises Invalid(any parameter that can't be read).
    """
    reader = Reader(context, params)
    fields = reader.fields(SLOT_QUERY)
    filters: list[Filter] = []
    if (time_from := fields.get("time_from")) is not None:
        filters.append(Filter(f"ends_{_clock(params['time_from'])}", "greater", time_from))
    if (time_to := fields.get("time_to")) is not None:
        filters.append(Filter(f"starts_{_clock(params['time_to'])}", "at_most", time_to))
    if (free_only := fields.get("free_only")) is not None:
        filters.append(Filter("free", "greater" if free_only else "equal", 0))
    query = Query(reader.page(), tuple(filters), reader.order(SLOT_SORT) or (Sort("starts_at"),))
    reader.done()
    return AttendedQuery(query, _wanted(fields, context, properties))


def parse_busy_times(
    params: Mapping[str, Any], context: RenderContext, properties: Sequence[CustomField]
) -> BusyTimesQuery:
    """How busy which time is. Raises Invalid(day, period: blank; any parameter that can't be read)."""
    reader = Reader(context, params)
    fields = reader.fields(BUSY_TIMES)
    reader.add_blank_faults(*(name for name in ("day", "period") if fields.get(name) is None))
    reader.done()
    wanted = _wanted(fields, context, properties)
    return BusyTimesQuery(fields["period"], fields["day"], fields.get("service_id"), wanted.having)


def parse_properties(params: Mapping[str, Any], context: RenderContext) -> ShortList:
    """Which properties to list. Raises Invalid(any parameter that can't be read)."""
    reader = Reader(context, params)
    name = reader.fields(PROPERTY_QUERY).get("title") or ""
    return _short_list(reader, PROPERTY_SORT, name)


def parse_statuses(params: Mapping[str, Any], context: RenderContext) -> ShortList:
    """Which statuses to list. Raises Invalid(any parameter that can't be read)."""
    return _short_list(Reader(context, params), STATUS_SORT)


def page_of_few(
    records: Iterable[CustomField | BookingStatus], wanted: ShortList, name_of: Callable[[Any], str]
) -> Page[Any]:
    """The page of those of the records that have the name."""
    listed = [record for record in records if wanted.name.lower() in name_of(record).lower()]
    for sort in wanted.order:
        listed.sort(key=_sort_key(sort.field, name_of), reverse=sort.descending)
    return Page(listed[wanted.page.offset : wanted.page.offset + wanted.page.limit], len(listed))


def _clock(sent: str) -> str:
    return "at" if has_offset(sent) else "on_wall"


def _short_list(reader: Reader, sort: Mapping[str, str], name: str = "") -> ShortList:
    page, order = reader.page(), reader.order(sort)
    reader.done()
    return ShortList(page, order, name)


def _sort_key(field: str, name_of: Callable[[Any], str]) -> Callable[[Any], Any]:
    """By the value of a field, where there is one; a name is the one that is shown."""
    if field in ("name", "title"):
        return name_of
    return lambda record: (getattr(record, field) is None, getattr(record, field))


def _validity(fields: Mapping[str, Any], context: RenderContext) -> Iterable[Filter]:
    valid_from, valid_to = fields.get("valid_from"), fields.get("valid_to")
    if valid_from is not None:
        yield Filter("valid_until", "greater", valid_from)
    if valid_to is not None:
        yield Filter("valid_from", "at_most", valid_to)
    if fields.get("valid_only"):
        yield Filter("valid_until", "greater", context.now)
        yield Filter("valid_from", "at_most", context.now)


def _wanted(fields: Mapping[str, Any], context: RenderContext, properties: Sequence[CustomField]) -> AttendedFilter:
    """A property without a value, or a value without a property, is ignored, as the reference says."""
    field_id, value = fields.get("custom_field_id"), fields.get("value")
    if field_id is None or not value:
        return AttendedFilter(fields.get("customer_id"))
    field = next((field for field in properties if field.id == field_id), None)
    named = value if field is None else sent_value(context, field, value)
    return AttendedFilter(fields.get("customer_id"), FieldValue(field_id, str(named)))
