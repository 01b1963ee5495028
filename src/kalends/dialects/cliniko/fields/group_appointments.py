"""Group appointments: the engine's group sessions."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any

from kalends.dialects.cliniko.fields.bookings import repeat_rule, repeated_from, repeats, telehealth_url
from kalends.dialects.cliniko.fields.filters import DATETIME, ID, IDS, FilterField, Listing
from kalends.dialects.cliniko.fields.view import DOOR, NO_LINK, RenderContext, link, list_of, moment_of, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, from_row, renderer
from kalends.engine.bookings.group_session import GroupSession

PATH = "group_appointments"
FEWEST, MOST = 2, 99
"""Attendees of a group, as clients know it."""
_id = attrgetter("id")


def _patient_ids(context: RenderContext) -> Callable[[GroupSession], list[str]]:
    return lambda session: [str(customer_id) for customer_id in context.attending.get(session.id, ())]


def max_attendees(session: GroupSession) -> int:
    """The capacity, or the nearest that clients know: other doors have sessions for one, for none, for thousands."""
    return min(max(session.capacity, FEWEST), MOST)


def _business(context: RenderContext) -> Callable[[GroupSession], Any]:
    def render(session: GroupSession) -> Any:
        resource = context.resources.get(session.resource_id or 0)
        return NO_LINK if resource is None else {"links": {"self": f"{context.url}/businesses/{resource.site_id}"}}

    return render


def _practitioner(context: RenderContext) -> Callable[[GroupSession], Any]:
    def render(session: GroupSession) -> Any:
        resource = context.resources.get(session.resource_id or 0)
        is_person = resource is not None and resource.kind == "person"
        return {"links": {"self": f"{context.url}/practitioners/{session.resource_id}"}} if is_person else NO_LINK

    return render


def _archived_at(session: GroupSession) -> datetime | None:
    return session.archived_at or session.deleted_at


GROUP_APPOINTMENT = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("starts_at", "starts_at", codecs.moment),
    Field("ends_at", "ends_at", codecs.moment),
    Field("max_attendees", "capacity", codecs.number(FEWEST, MOST), "in"),
    Field("notes", "notes", codecs.text(codecs.TEXT, null="")),
    Field("appointment_type_id", "service_id", codecs.identifier, "in"),
    Field("business_id", "site_id", codecs.identifier, "in"),
    Field("practitioner_id", "resource_id", codecs.identifier, "in"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Computed("archived_at", moment_of(_archived_at)),
    Computed("deleted_at", moment_of(_archived_at)),
    Computed("max_attendees", from_row(max_attendees)),
    Computed("patient_ids", _patient_ids),
    Computed("appointment_type", link("appointment_types", attrgetter("service_id"))),
    Computed("attendees", list_of(PATH, "attendees")),
    Computed("business", _business),
    Computed("conflicts", link(PATH, _id, "conflicts")),
    Computed("practitioner", _practitioner),
    Computed("repeated_from", repeated_from(PATH, _id)),
    Computed("repeats", repeats(PATH, _id)),
    Computed("links", self_link(PATH)),
    repeat_rule,
    telehealth_url,
)

GROUP_APPOINTMENTS = Listing(
    PATH,
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "archived_at", DATETIME),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("deleted_at", "archived_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("appointment_type_id", "service_id", ID),
        FilterField("business_id", "site_id", ID),
        FilterField("ends_at", "ends_at", DATETIME),
        FilterField("patient_ids", "customer_ids", IDS),
        FilterField("practitioner_id", "person_id", ID),
        FilterField("repeated_from_id", "repeated_from_id", ID),
        FilterField("starts_at", "starts_at", DATETIME),
    ),
    hidden=("archived_at",),
)

group_appointment = renderer("GroupAppointment", GROUP_APPOINTMENT, door=DOOR)
