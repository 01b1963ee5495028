"""Reading the parts of a request, and gathering their faults."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.codecs import Unreadable, uid
from kalends.dialects.kit.dates import parse_day
from kalends.dialects.kit.fields import Line, read_fields, read_kept
from kalends.dialects.kit.nested import nest
from kalends.dialects.makeplans.fields import bookings as of_bookings
from kalends.dialects.makeplans.fields.people import PERSON, split_name
from kalends.dialects.makeplans.fields.view import DOOR, View, view_of
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.web.body import read_body, read_query
from kalends.web.door import WebRequest

CUSTOMER = "customer."
"""Marks the faults of the person that comes with a booking."""

OTHERS_A_PAGE = 50
_IDS = range(2**63)


async def parse_params(request: WebRequest) -> dict[str, Any]:
    """Query and body as one nested object; what the body says counts. Raises problems of reading them."""
    query = nest(read_query(request)) if request.scope["query_string"] else {}
    return query | await read_body(request, nest)


def parse_query(request: WebRequest) -> dict[str, Any]:
    """The query of a listing, nested; keys that come again are lists."""
    return nest(read_query(request), gather=True) if request.scope["query_string"] else {}


def parse_id(text: str, what: str = "item") -> int:
    """The id in a path. Raises NotFound: what is no number is nobody's id."""
    if not text.isascii() or not text.isdecimal() or len(text) > 19 or int(text) not in _IDS:
        raise NotFound(what, text)
    return int(text)


def parse_uid(text: str) -> str:
    """The collection's id in a path. Raises NotFound."""
    try:
        found: str | None = uid.read(text, None)
    except Unreadable:
        raise NotFound("series", text) from None
    if found is None:
        raise NotFound("series", text)
    return found


def parse_day_of(text: str, what: str) -> date:
    """The date in a path. Raises NotFound."""
    day = parse_day(text)
    if day is None:
        raise NotFound(what, text)
    return day


def parse_extended(params: Mapping[str, Any], ctx: Context) -> bool:
    """Whether related objects are to be given in full. Raises Invalid."""
    reader = Reader(ctx)
    flags = reader.fields(of_bookings.EXTENDED, params)
    reader.done()
    return bool(flags.get("extended"))


def parse_filters(params: Mapping[str, Any], ctx: Context, table: Sequence[Line]) -> dict[str, Any]:
    """The questions of a listing, by the engine's names. Raises Invalid."""
    reader = Reader(ctx)
    found = reader.fields(table, params)
    reader.done()
    return found


def parse_object(params: Mapping[str, Any], ctx: Context, name: str, table: Sequence[Line]) -> dict[str, Any]:
    """The fields of a new object; what was sent as null is as if it was not sent. Raises Invalid."""
    fields = parse_fields(params, ctx, name, table, required=True)
    return {field: value for field, value in fields.items() if value is not None}


def parse_fields(
    params: Mapping[str, Any], ctx: Context, name: str, table: Sequence[Line], *, required: bool = False
) -> dict[str, Any]:
    """The fields that were sent of an object, None where null was. Raises Invalid."""
    reader = Reader(ctx)
    sent = reader.object(params, name, required=required)
    fields = reader.fields(table, sent) | reader.kept(table, sent)
    reader.done()
    return fields


def without_nulls(fields: Mapping[str, Any], *nullable: str) -> dict[str, Any]:
    """The fields, but for the nulls of those that can't lose their value."""
    return {field: value for field, value in fields.items() if value is not None or field in nullable}


class Reader:
    """Reads the parts of one request and gathers their faults."""

    def __init__(self, ctx: Context) -> None:
        self.view: View = view_of(ctx)
        self.faults: list[Fault] = []

    def fields(self, table: Sequence[Line], sent: Mapping[str, Any]) -> dict[str, Any]:
        """The engine's fields of the table that were sent."""
        return read_fields(table, sent, self.view, self.faults)

    def kept(self, table: Sequence[Line], sent: Mapping[str, Any]) -> dict[str, Any]:
        """What is only kept, as the engine's `details`; {} when there is nothing to keep."""
        kept = read_kept(table, sent, self.view, self.faults)
        return {"details": {DOOR: kept}} if kept else {}

    def object(self, sent: Mapping[str, Any], name: str, *, required: bool = False) -> Mapping[str, Any]:
        """The object of that name in the request, such as `booking`; {} when there is none."""
        found = sent.get(name)
        if isinstance(found, Mapping) and (found or not required):
            return found
        if required or found not in (None, "", []):
            self.faults.append(Fault(name, "blank" if not found else "invalid"))
        return {}

    def person(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The engine's customer of `person_attributes`, as a field; {} when there are none."""
        attributes = self.object(sent, "person_attributes")
        faults: list[Fault] = []
        fields = read_fields(PERSON, attributes, self.view, faults)
        self.faults += (Fault(CUSTOMER + fault.field, fault.reason) for fault in faults)
        return {"customer": split_name(fields)} if any(value is not None for value in fields.values()) else {}

    def done(self) -> None:
        """Raises Invalid with all that could not be read."""
        if self.faults:
            raise Invalid(*self.faults)
