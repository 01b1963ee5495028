"""Individual appointments: the engine's items of kind appointment."""

from operator import attrgetter

from kalends.dialects.cliniko.fields.bookings import (
    ARRIVED,
    DID_NOT_ARRIVE,
    OF_PATIENTS,
    TIMESTAMPS,
    practitioner_id,
    reason_name,
    repeat_rule,
    repeated_from,
    repeats,
    text,
)
from kalends.dialects.cliniko.fields.filters import DATETIME, ID, FilterField, Listing
from kalends.dialects.cliniko.fields.view import DOOR, link, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, from_row, renderer
from kalends.engine.bookings.views import ItemView

PATH = "individual_appointments"
_id = attrgetter("item.id")


def _arrived(view: ItemView) -> bool:
    return view.item.status in ARRIVED


def _did_not_arrive(view: ItemView) -> bool:
    return view.item.status == DID_NOT_ARRIVE


def _patient_name(view: ItemView) -> str | None:
    return view.customer.name if view.customer else None


def _has_notes(view: ItemView) -> bool:
    return bool(view.customer and view.customer.details.get(DOOR, {}).get("appointment_notes"))


INDIVIDUAL_APPOINTMENT = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("starts_at", "starts_at", codecs.moment),
    Field("ends_at", "ends_at", codecs.moment),
    Field("notes", "notes", text),
    Field("appointment_type_id", "service_id", codecs.identifier, "in"),
    Field("business_id", "site_id", codecs.identifier, "in"),
    Field("practitioner_id", "resource_id", codecs.identifier, "in"),
    Field("patient_id", "customer_id", codecs.identifier, "in"),
    Field("patient_case_id", "case_id", codecs.identifier, "in"),
    *TIMESTAMPS,
    Computed("cancellation_reason_description", from_row(reason_name(None))),
    Computed("patient_arrived", from_row(_arrived)),
    Computed("did_not_arrive", from_row(_did_not_arrive)),
    Computed("patient_name", from_row(_patient_name)),
    Computed("has_patient_appointment_notes", from_row(_has_notes)),
    Computed("appointment_type", link("appointment_types", attrgetter("item.service_id"))),
    Computed("attendees", link(PATH, _id, "attendees")),
    Computed("business", link("businesses", attrgetter("site_id"))),
    Computed("conflicts", link(PATH, _id, "conflicts")),
    Computed("patient", link("patients", attrgetter("item.customer_id"))),
    Computed("patient_case", link("patient_cases", attrgetter("item.case_id"))),
    Computed("practitioner", link("practitioners", practitioner_id)),
    Computed("repeated_from", repeated_from(PATH)),
    Computed("repeats", repeats(PATH)),
    Computed("links", self_link(PATH, _id)),
    *OF_PATIENTS,
    repeat_rule,
)
ATTENDANCE = (
    Field("patient_arrived", "arrived", codecs.flag, "in"),
    Field("did_not_arrive", "did_not_arrive", codecs.flag, "in"),
)
"""Whether the patient came, in the older spelling; `arrived` of the attendee is the same."""

INDIVIDUAL_APPOINTMENTS = Listing(
    PATH,
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "archived_at", DATETIME),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("deleted_at", "archived_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("appointment_type_id", "service_id", ID),
        FilterField("business_id", "site_id", ID),
        FilterField("cancelled_at", "cancelled_at", DATETIME),
        FilterField("ends_at", "ends_at", DATETIME),
        FilterField("patient_id", "customer_id", ID),
        FilterField("practitioner_id", "person_id", ID),
        FilterField("repeated_from_id", "repeated_from_id", ID),
        FilterField("starts_at", "starts_at", DATETIME),
    ),
    hidden=("archived_at", "cancelled_at"),
)

individual_appointment = renderer("IndividualAppointment", INDIVIDUAL_APPOINTMENT, source="item", door=DOOR)
