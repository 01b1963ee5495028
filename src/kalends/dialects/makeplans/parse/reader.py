"""What the requests of the door have in common: their envelopes, and the objects in them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kalends.actions.context import Context
from kalends.dialects.kit import reader as kit
from kalends.dialects.kit.dates import parse_day
from kalends.dialects.kit.fields import Line, read_fields
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import bookings as of_bookings
from kalends.dialects.makeplans.fields.people import PERSON
from kalends.dialects.makeplans.fields.view import DOOR
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault, NotFound
from kalends.engine.time.recurrence import Recurrence

CUSTOMER = "customer."
"""Marks the faults of the person that comes with a booking."""

OTHERS_A_PAGE = 50


def parse_uid(text: str) -> str:
    """The collection's id in a path. Raises NotFound."""
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFound("series", text) from None


def parse_day_of(text: str, what: str) -> date:
    """The date in a path. Raises NotFound."""
    day = parse_day(text)
    if day is None:
        raise NotFound(what, text)
    return day


def parse_extended(params: Mapping[str, Any], ctx: Context) -> bool:
    """Whether related objects are to be given in full. Raises Invalid."""
    return bool(Reader(ctx, params).only(of_bookings.EXTENDED).get("extended"))


def parse_object(params: Mapping[str, Any], ctx: Context, name: str, table: Sequence[Line]) -> dict[str, Any]:
    """The fields of a new object; what was sent as null is as if it was not sent. Raises Invalid."""
    fields = parse_fields(params, ctx, name, table, required=True)
    return {field: value for field, value in fields.items() if value is not None}


def parse_fields(
    params: Mapping[str, Any], ctx: Context, name: str, table: Sequence[Line], *, required: bool = False
) -> dict[str, Any]:
    """The fields that were sent of an object, None where null was. Raises Invalid."""
    reader = Reader(ctx, params)
    sent = reader.object(name, required=required)
    details = reader.new_details if required else reader.changed_details
    fields = reader.fields(table, sent) | details(DOOR, table, sent)
    reader.done()
    return fields


def without_nulls(fields: Mapping[str, Any], *nullable: str) -> dict[str, Any]:
    """The fields, but for the nulls of those that can't lose their value."""
    return {field: value for field, value in fields.items() if value is not None or field in nullable}


class Reader(kit.Reader):
    """Reads the objects among the parameters too."""

    def object(self, name: str, sent: Mapping[str, Any] | None = None, *, required: bool = False) -> Mapping[str, Any]:
        """The object of that name among the parameters, such as `booking`, or in an object; {} when there is none."""
        found = (self.sent if sent is None else sent).get(name)
        if isinstance(found, Mapping) and (found or not required):
            return found
        if required or found not in (None, "", []):
            self.faults.append(Fault(name, "blank" if not found else "invalid"))
        return {}

    def person(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The engine's customer of `person_attributes`, as a field; {} when there are none at all."""
        attributes = self.object("person_attributes", sent)
        faults: list[Fault] = []
        fields = read_fields(PERSON, attributes, self.wire_context, faults)
        self.faults += (Fault(CUSTOMER + fault.field, fault.reason) for fault in faults)
        return {"customer": patch_of(CustomerPatch, fields)} if attributes else {}

    def recurrence(self, name: str) -> tuple[Mapping[str, Any], Recurrence]:
        """The object of that name, which must be there, and the recurrence that it is."""
        sent = self.object(name, required=True)
        parts = self.fields(of_bookings.RECURRING, sent)
        if not any(parts.values()) and not self.faults:
            self.faults.append(Fault(name, "blank"))
        return sent, Recurrence(**{part: text or None for part, text in parts.items()})
