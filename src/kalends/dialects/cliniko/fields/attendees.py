"""Attendees: who comes to a group session or an appointment. Source: Cliniko reference, Attendees."""

from operator import attrgetter

from kalends.dialects.cliniko.fields.bookings import (
    ARRIVED,
    DID_NOT_ARRIVE,
    OF_PATIENTS,
    TIMESTAMPS,
    reason_name,
    reminders,
    text,
)
from kalends.dialects.cliniko.fields.filters import DATETIME, ID, FilterField, Listing
from kalends.dialects.cliniko.fields.view import DOOR, link, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, from_row, renderer
from kalends.engine.bookings.views import ItemView

PATH = "attendees"
_id = attrgetter("item.id")


def _arrived(view: ItemView) -> bool | None:
    """Whether the patient came; None if that is not known."""
    return True if view.item.status in ARRIVED else False if view.item.status == DID_NOT_ARRIVE else None


def _booking_id(view: ItemView) -> int:
    """The group appointment of a seat; an appointment is its own booking."""
    return view.item.session_id or view.item.id


def _null(view: ItemView) -> None:
    """Only the vendor's own pages have one."""


ATTENDEE = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("notes", "notes", text),
    Field("booking_id", "session_id", codecs.identifier, "in"),
    Field("patient_id", "customer_id", codecs.identifier, "in"),
    Field("patient_case_id", "case_id", codecs.identifier, "in"),
    Field("arrived", "arrived", codecs.flag, "in"),
    *TIMESTAMPS,
    Computed("arrived", from_row(_arrived)),
    Computed("cancellation_reason_description", from_row(reason_name(""))),
    Computed("cancellation_url", from_row(_null)),
    Computed("sent_email_reminders_count", reminders("email")),
    Computed("sent_sms_reminders_count", reminders("sms")),
    Computed("booking", link("bookings", _booking_id)),
    Computed("patient", link("patients", attrgetter("item.customer_id"))),
    Computed("patient_case", link("patient_cases", attrgetter("item.case_id"))),
    Computed("invoices", link(PATH, _id, "invoices")),
    Computed("patient_forms", link(PATH, _id, "patient_forms")),
    Computed("links", self_link(PATH, _id)),
    *OF_PATIENTS,
)

ATTENDEES = Listing(
    PATH,
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "archived_at", DATETIME),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("deleted_at", "archived_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("appointment_id", "occupied_id", ID),
        FilterField("booking_id", "occupied_id", ID),
        FilterField("cancelled_at", "cancelled_at", DATETIME),
        FilterField("patient_case_id", "case_id", ID),
        FilterField("patient_id", "customer_id", ID),
    ),
    hidden=("archived_at", "cancelled_at"),
)

PATIENT_FORMS = Listing(
    "patient_forms",
    (
        FilterField("id", "id", ID),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("completed_at", "completed_at", DATETIME),
        FilterField("patient_id", "patient_id", ID),
    ),
)

attendee = renderer("Attendee", ATTENDEE, source="item", door=DOOR)
