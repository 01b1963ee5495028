"""Requests about attendees, and the cancelling of them and of appointments."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.attendees import ATTENDEE
from kalends.dialects.cliniko.fields.bookings import CANCELLATION, REASON
from kalends.dialects.cliniko.fields.view import DOOR
from kalends.dialects.cliniko.parse.bookings import changed_status, status_of
from kalends.dialects.cliniko.parse.reader import Reader
from kalends.dialects.kit.patches import patch_of
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import Fault, Invalid


def parse_attendee(params: Mapping[str, Any], ctx: Context) -> BookingRequest:
    """A seat in a group appointment. Raises Invalid(session_id, customer_id: blank; and any field that can't be
    read).
    """
    reader = Reader(ctx, params)
    fields = reader.fields(ATTENDEE)
    reader.check_present(fields, "session_id", "customer_id")
    details = reader.new_details(DOOR, ATTENDEE)
    reader.done()
    status = status_of(fields.pop("arrived", None))
    customer_id = fields.pop("customer_id")
    return BookingRequest(lines=(RequestedLine(**fields, **details, status=status),), customer_id=customer_id)


def parse_attendee_change(params: Mapping[str, Any], ctx: Context, present: ItemView) -> ItemPatch:
    """A change of an attendee: only the fields that were sent, and of those notes, case, and whether the patient came.

    Raises Invalid(any field that can't be read).
    """
    reader = Reader(ctx, params)
    fields = reader.fields(ATTENDEE) | reader.changed_details(DOOR, ATTENDEE)
    reader.done()
    status = changed_status(fields["arrived"], present) if "arrived" in fields else UNSET
    changed = {name: fields[name] for name in ("notes", "case_id", "details") if name in fields}
    return patch_of(ItemPatch, changed | ({} if status is UNSET else {"status": status}))


def parse_attendee_cancellation(params: Mapping[str, Any], ctx: Context, present: ItemView) -> Cancellation:
    """Why a seat is cancelled.

    Raises Invalid(base: not_in_group for an appointment, which has a route of its own; reason_number: blank,
    not_included; and any other field that can't be read).
    """
    if present.item.session_id is None:
        raise Invalid(Fault("base", "not_in_group"))
    reader = Reader(ctx, params)
    fields = reader.fields(CANCELLATION)
    reader.check_present(fields, "reason_number")
    reader.done()
    return _cancellation(fields)


def parse_appointment_cancellation(params: Mapping[str, Any], ctx: Context) -> Cancellation:
    """Why an individual appointment is cancelled; clients send nothing, too. Raises Invalid(any field that can't be
    read).
    """
    return _cancellation(Reader(ctx, params).only(CANCELLATION))


def _cancellation(fields: Mapping[str, Any]) -> Cancellation:
    number = fields.get("reason_number")
    details = {} if number is None else {DOOR: {REASON: number}}
    return Cancellation(reason=fields.get("reason"), details=details, and_later=bool(fields.get("and_later")))
