"""Requests about bookings."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from kalends.dialects.carecloud.fields.bookings import (
    DATA,
    ITEM_NAMES,
    NEW,
    NEW_ITEM,
    NONE,
    QUERY,
    REPLACED,
    SORT,
    BookingContext,
    item_name,
)
from kalends.dialects.carecloud.fields.properties import RECORD, STORED, sent_value
from kalends.dialects.carecloud.fields.view import DOOR, RenderContext
from kalends.dialects.carecloud.parse.reader import Reader
from kalends.dialects.kit.nested import array_values
from kalends.engine.bookings.patch import BookingPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.views import BookingWithSeats
from kalends.engine.catalog.custom_field import CustomField, stored_values, value_fault
from kalends.engine.query import Filter, Query
from kalends.engine.refusals import Fault, Full, Invalid, Refusal, Retired

MOST_ITEMS = 1000
"""Items of one booking. Source: CareCloud reference, maxItems."""


class BookingList(msgspec.Struct, frozen=True):
    """Which bookings to list, and which of their items: full, items-only or none."""

    query: Query
    items: str


def parse_list(params: Mapping[str, Any], context: RenderContext) -> BookingList:
    """Which bookings to list; of several filters all apply. Raises Invalid(any parameter that can't be read)."""
    reader = Reader(context, params)
    fields = reader.fields(QUERY)
    page, order = reader.page(), reader.order(SORT)
    reader.done()
    conditions = (
        Filter("customer_id", "equal", fields.get("customer_id")),
        Filter("booking_status_id", "equal", fields.get("booking_status_id")),
        Filter("booking_status_id", "in", fields.get("booking_status_ids")),
    )
    filters = tuple(condition for condition in conditions if condition.value is not None)
    return BookingList(Query(page, filters, order), fields.get("items") or NONE)


def parse_new(params: Mapping[str, Any], context: BookingContext) -> BookingRequest:
    """A new booking of one item or more.

    Raises Invalid(booking: blank, invalid; booking_items: blank, invalid, too_many; session_id of an item: blank; and
    any field that can't be read, those of items as `booking_items[0].time_slot_id`).
    """
    reader = Reader(context, params)
    sent = reader.object("booking")
    is_object = not reader.faults
    fields = reader.fields(NEW, sent)
    details = reader.new_details(DOOR, NEW, sent)
    lines = _lines(reader, sent, context) if is_object else ()
    reader.done()
    return BookingRequest(
        lines=lines,
        customer_id=fields.get("customer_id"),
        booking_status_id=fields.get("booking_status_id"),
        **details,
    )


def parse_ids(params: Mapping[str, Any], context: BookingContext) -> BookingRequest:
    """What a new booking that can't be read names, as far as that can be read."""
    sent = params.get("booking")
    reader = Reader(context, sent if isinstance(sent, Mapping) else {})
    items = array_values(reader.sent.get("booking_items"))[:MOST_ITEMS]
    return BookingRequest(
        lines=tuple(RequestedLine(**_ids(reader, item)) for item in items),
        **_ids(reader, reader.sent, "customer_id"),
    )


def without_capacity(request: BookingRequest, full: Full) -> Refusal:
    """The refusal of a new booking, about the items whose slot has too little capacity left."""
    slots = {conflict.which for conflict in full.conflicts if conflict.what == "session"}
    faults = [
        Fault(f"{item_name(index)}.time_slot_id", "no_capacity")
        for index, line in enumerate(request.lines)
        if line.session_id in slots
    ]
    return Invalid(*faults) if faults else full


def parse_replace(params: Mapping[str, Any], context: RenderContext, present: BookingWithSeats) -> BookingPatch:
    """What a booking becomes: what is left out of customer, status and data is lost. Items and `utm` stay.

    A status that is sent as it was shown changes no state. Raises Retired(booking) if it is deleted, Invalid(booking:
    blank, invalid; any field that can't be read).
    """
    check_not_deleted(present)
    reader = Reader(context, params)
    sent = reader.object("booking")
    fields = reader.fields(REPLACED, sent)
    data = reader.pass_through(DATA, sent).get("data")
    reader.done()
    status_id = fields.get("booking_status_id")
    return BookingPatch(
        customer_id=fields.get("customer_id"),
        booking_status_id=UNSET if status_id is not None and status_id == present.status_id else status_id,
        details={DOOR: {"data": UNSET if data is None else data}},
    )


def check_not_deleted(present: BookingWithSeats) -> None:
    """Raises Retired(booking) if the booking is deleted."""
    if present.state == "deleted":
        raise Retired("booking")


def _ids(reader: Reader, sent: Any, *names: str) -> dict[str, Any]:
    fields = reader.fields(NEW_ITEM, sent) if isinstance(sent, Mapping) else {}
    return {name: fields[name] for name in names or ("session_id", "customer_id") if fields.get(name) is not None}


def _lines(reader: Reader, sent: Mapping[str, Any], context: BookingContext) -> tuple[RequestedLine, ...]:
    items = array_values(sent.get("booking_items"))
    if not items or len(items) > MOST_ITEMS:
        reader.faults.append(Fault("booking_items", "too_many" if items else "blank"))
        return ()
    if not all(isinstance(item, Mapping) for item in items):
        reader.faults.append(Fault("booking_items", "invalid"))
        return ()
    return tuple(_line(reader, item, item_name(index), context) for index, item in enumerate(items))


def _line(reader: Reader, sent: Mapping[str, Any], place: str, context: BookingContext) -> RequestedLine:
    own = Reader(context, sent)
    fields = own.fields(NEW_ITEM)
    fields.pop("created_at", None)
    if fields.get("session_id") is None:
        own.add_blank_faults("session_id")
    values = _values(own, sent.get(STORED), context)
    reader.faults += [Fault(f"{place}.{ITEM_NAMES.get(f.field, f.field)}", f.reason) for f in own.faults]
    details: dict[str, Any] = {"details": {DOOR: {STORED: values}}} if values else {}
    return RequestedLine(**{name: value for name, value in fields.items() if value is not None}, **details)


def _values(reader: Reader, sent: Any, context: BookingContext) -> dict[str, str]:
    """The values of an item in properties of tickets, as they are kept: by the id of the property."""
    records = array_values(sent)
    if not all(isinstance(record, Mapping) for record in records):
        reader.faults.append(Fault(STORED, "invalid"))
        return {}
    known = {field.id: field for field in context.properties}
    values: dict[str, str] = {}
    for index, record in enumerate(records):
        own = Reader(context, record)
        field = known.get(own.fields(RECORD).get("custom_field_id") or 0)
        reader.faults += [Fault(f"{STORED}[{index}].property_id", fault.reason) for fault in own.faults]
        if field is None and not own.faults:
            reader.faults.append(Fault(f"{STORED}[{index}].property_id", "unknown"))
        if field is not None:
            _read_value(reader, field, record.get("property_value"), index, context, values)
    return values


def _read_value(
    reader: Reader, field: CustomField, sent: Any, index: int, context: BookingContext, values: dict[str, str]
) -> None:
    value: Any = sent_value(context, field, sent)
    if reason := value_fault(field, value):
        reader.faults.append(Fault(f"{STORED}[{index}].property_value", reason))
        return
    stored = stored_values([field], {field.id: value})[field.id]
    if stored is not None:
        values[str(field.id)] = stored
