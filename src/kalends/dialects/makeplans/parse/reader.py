"""Reading what the door's requests have in common: parts of paths, objects among the parameters, and their fields."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import UNSET

from kalends.actions.context import Context
from kalends.dialects.kit import reader as kit
from kalends.dialects.kit.dates import is_skipped, parse_day
from kalends.dialects.kit.fields import Field, Line, read_fields, read_pass_through, unset_defaults
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import bookings as of_bookings
from kalends.dialects.makeplans.fields.people import PERSON
from kalends.dialects.makeplans.fields.view import DOOR
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault, NotFound
from kalends.engine.time.recurrence import Recurrence

CUSTOMER = "customer."
"""Prefix of the fields of a booking's person in faults."""

_TIMES = ("starts_at", "ends_at")

OTHERS_A_PAGE = 50
"""Rows on a page of anything but bookings."""


def parse_uid(text: str) -> str:
    """The collection's id in a path. Raises NotFound(series)."""
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFound("series", text) from None


def parse_day_of(text: str, kind: str) -> date:
    """The date in a path, which is that of an object of this kind. Raises NotFound(kind)."""
    day = parse_day(text)
    if day is None:
        raise NotFound(kind, text)
    return day


def parse_extended(params: Mapping[str, Any], ctx: Context) -> bool:
    """Whether related objects are to be shown in full. Raises Invalid(extended: not_included)."""
    return bool(Reader(ctx, params).only(of_bookings.EXTENDED).get("extended"))


def parse_object(params: Mapping[str, Any], ctx: Context, name: str, table: Sequence[Line]) -> dict[str, Any]:
    """The fields of a new object; nulls are as if they were not sent.

    Raises Invalid(name: blank; and any field that can't be read).
    """
    fields = parse_fields(params, ctx, name, table, required=True)
    return {field: value for field, value in fields.items() if value is not None}


def parse_fields(
    params: Mapping[str, Any], ctx: Context, name: str, table: Sequence[Line], *, required: bool = False
) -> dict[str, Any]:
    """The fields that were sent of the object of that name, None where null was sent.

    Raises Invalid(name: invalid, or blank if it is required; and any field that can't be read).
    """
    reader = Reader(ctx, params)
    sent = reader.object(name, required=required)
    details = reader.new_details if required else reader.changed_details
    fields = reader.fields(table, sent) | details(DOOR, table, sent)
    reader.done()
    return fields


def without_nulls(fields: Mapping[str, Any], *nullable: str) -> dict[str, Any]:
    """The fields without the nulls of those that are not nullable."""
    return {field: value for field, value in fields.items() if value is not None or field in nullable}


class Reader(kit.Reader):
    """A reader that also reads objects among the parameters."""

    def fields(self, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """As every reader's. A start or end that clocks skip is a fault (skipped) if nothing is left between them."""
        sent = self.sent if sent is None else sent
        fields = super().fields(table, sent)
        start, end = (fields.get(name) for name in _TIMES)
        if start and end and end <= start and fields.get("session_id") is None:
            wires = [(line.name, sent[line.wire]) for line in table if isinstance(line, Field) and line.name in _TIMES]
            self.faults += [Fault(name, "skipped") for name, at in wires if is_skipped(at, self.wire_context.zone)]
        return fields

    def object(
        self, name: str, params: Mapping[str, Any] | None = None, *, required: bool = False
    ) -> Mapping[str, Any]:
        """The object of that name, such as `booking`, among the request's parameters or these; {} if there is none.

        Faults: invalid if it is no object; blank if it is required and missing or empty.
        """
        sent = (self.sent if params is None else params).get(name)
        if isinstance(sent, Mapping) and (sent or not required):
            return sent
        if required or sent not in (None, "", []):
            self.faults.append(Fault(name, "blank" if not sent else "invalid"))
        return {}

    def person(self, booking: Mapping[str, Any]) -> dict[str, Any]:
        """The field `customer` of a booking's `person_attributes`; {} if there are none."""
        attributes = self.object("person_attributes", booking)
        faults: list[Fault] = []
        fields = read_fields(PERSON, attributes, self.wire_context, faults)
        kept = read_pass_through(PERSON, attributes, self.wire_context, faults)
        if kept := {wire: value for wire, value in unset_defaults(PERSON, kept).items() if value is not UNSET}:
            fields["details"] = {DOOR: kept}
        self.faults += (Fault(CUSTOMER + fault.field, fault.reason) for fault in faults)
        return {"customer": patch_of(CustomerPatch, fields)} if attributes else {}

    def recurrence(self, name: str) -> tuple[Mapping[str, Any], Recurrence]:
        """The required object of that name as it was sent, and as a recurrence. A fault if it has no part: blank."""
        sent = self.object(name, required=True)
        parts = self.fields(of_bookings.RECURRING, sent)
        if not any(parts.values()) and not self.faults:
            self.faults.append(Fault(name, "blank"))
        return sent, Recurrence(**{part: text or None for part, text in parts.items()})
