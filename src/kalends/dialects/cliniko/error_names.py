"""The vendor's names of engine fields and objects in the errors of each kind of route."""

import re
from collections.abc import Mapping

import msgspec

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields import (
    appointment_types,
    attendees,
    availability,
    bookings,
    businesses,
    group_appointments,
    individual_appointments,
    patient_cases,
    patients,
    unavailable_blocks,
)
from kalends.dialects.kit import error_names
from kalends.dialects.kit.fields import wire_names
from kalends.engine.refusals import Fault, NotFound, Refusal
from kalends.web.door import WebRequest

_NUMBER = re.compile(r"\d{1,19}", re.ASCII)


class ErrorNames(error_names.ErrorNames, frozen=True, kw_only=True):
    """The names on routes about one kind of record.

    `noun` is the engine's word for the record in the path, "" if there is none. `objects` are the fields that refer to
    records of a kind.
    `parameters` are the names of query parameters that the engine calls something else; filters have their own names
    on the wire already. Of the refused request: `path_ids` are the ids in its path, and `reads` whether it only reads:
    what is wrong with it is then in its query.
    """

    noun: str = ""
    parameters: Mapping[str, str] = {}
    path_ids: frozenset[object] = frozenset()
    reads: bool = False

    def field(self, fault: Fault) -> str:
        """The name on the wire of the field of a fault."""
        return self.parameters.get(fault.field, fault.field) if self.reads else super().field(fault)

    async def for_request(self, refusal: Refusal, request: WebRequest, ctx: Context) -> "ErrorNames":
        """The same names, with the ids in the path of the request."""
        texts: frozenset[object] = frozenset(request.path_params.values())
        ids = texts | {int(text) for text in texts if isinstance(text, str) and _NUMBER.fullmatch(text)}
        return msgspec.structs.replace(self, path_ids=ids, reads=request.method in ("GET", "HEAD"))

    def unknown_reference(self, missing: NotFound) -> str | None:
        """The field that refers to the record not found; None if the path does, or no field can."""
        in_path = missing.what == self.noun and missing.which in self.path_ids
        if self.reads or in_path or missing.what not in self.objects:
            return None
        return self.objects[missing.what]


ANY = ErrorNames()
USERS = ErrorNames(noun="user")
BUSINESSES = ErrorNames(
    {**wire_names(businesses.BUSINESS), "time_zone": "time_zone"},
    {"service": "appointment_type_ids"},
    noun="site",
)
PRACTITIONERS = ErrorNames(noun="resource")
APPOINTMENT_TYPES = ErrorNames(
    wire_names(appointment_types.APPOINTMENT_TYPE),
    {"resource": "practitioner_ids", "site": "business_ids"},
    noun="service",
)
AVAILABILITY = ErrorNames(
    wire_names(availability.BLOCK) | {"rrule": "repeat_rule"},
    {"site": "business_id", "resource": "practitioner_id"},
    parameters=wire_names(availability.TIMES),
)
INVOICES = ErrorNames(noun="invoice")
PATIENTS = ErrorNames(
    {**wire_names(patients.PATIENT), "phone": patients.PHONES, "phone_e164": patients.PHONES, "parent_id": "base"},
    {"customer": "base"},
    noun="customer",
)
PATIENT_CASES = ErrorNames(
    wire_names((*patient_cases.PATIENT_CASE, *patient_cases.ATTENDEES)),
    {"customer": "patient_id", "item": "attendee_ids"},
    noun="case",
)
_REFERENCES = {
    "service": "appointment_type_id",
    "session": "booking_id",
    "resource": "practitioner_id",
    "customer": "patient_id",
    "case": "patient_case_id",
    "site": "business_id",
}
_REPEATS = {"rrule": bookings.REPEAT_RULE}
_OF_SEAT = dict.fromkeys(("service", "resource"), "booking_id")
ATTENDEES = ErrorNames(
    wire_names((*attendees.ATTENDEE, *bookings.CANCELLATION)) | {"service_id": "booking_id"},
    _REFERENCES | _OF_SEAT,
    noun="item",
)
GROUP_APPOINTMENTS = ErrorNames(
    {**wire_names(group_appointments.GROUP_APPOINTMENT), **_REPEATS}, _REFERENCES, noun="session"
)
INDIVIDUAL_APPOINTMENTS = ErrorNames(
    wire_names(
        (
            *individual_appointments.INDIVIDUAL_APPOINTMENT,
            *individual_appointments.ATTENDANCE,
            *bookings.CANCELLATION,
        )
    )
    | _REPEATS,
    _REFERENCES,
    noun="item",
)
UNAVAILABLE_BLOCKS = ErrorNames(
    {**wire_names(unavailable_blocks.UNAVAILABLE_BLOCK), **_REPEATS}, _REFERENCES, noun="block"
)
BOOKINGS = ErrorNames(noun="item")
