"""Practitioners: the engine's resources that are people. What the engine has no use for comes from `kalends apply`."""

from kalends.dialects.cliniko.fields.filters import DATETIME, FLAG, ID, FilterField, Listing
from kalends.dialects.cliniko.fields.view import DOOR, link, list_of, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, PassThrough, from_row, renderer
from kalends.engine.catalog.resource import Resource

PERSON = "person"
"""The kind of resources that practitioners are."""
_line = codecs.text()


def _first_name(resource: Resource) -> str:
    """What is kept, else the title up to its last word."""
    first: str | None = resource.details.get(DOOR, {}).get("first_name")
    return first or resource.title.rpartition(" ")[0] or resource.title


def _last_name(resource: Resource) -> str | None:
    """What is kept, else the last word of the title, if it has several."""
    last: str | None = resource.details.get(DOOR, {}).get("last_name")
    return last or (resource.title.rpartition(" ")[2] if " " in resource.title else None)


def _user_id(resource: Resource) -> int | None:
    return resource.user_id


def _no_default_type(resource: Resource) -> int | None:
    return None


PRACTITIONER = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("active", "active", codecs.flag, "out"),
    Field("display_name", "title", _line, "out"),
    Field("label", "title", _line, "out"),
    Field("show_in_online_bookings", "public", codecs.flag, "out"),
    Computed("first_name", from_row(_first_name)),
    Computed("last_name", from_row(_last_name)),
    PassThrough("title", _line),
    PassThrough("designation", _line),
    PassThrough("description", codecs.text(codecs.TEXT)),
    Computed("appointment_types", list_of("practitioners", "appointment_types")),
    Computed("appointments", list_of("practitioners", "appointments")),
    Computed("default_appointment_type", link("appointment_types", _no_default_type)),
    Computed("invoices", list_of("practitioners", "invoices")),
    Computed("practitioner_reference_numbers", list_of("practitioners", "practitioner_reference_numbers")),
    Computed("user", link("users", _user_id)),
    Computed("links", self_link("practitioners")),
)

PRACTITIONERS = Listing(
    "practitioners",
    (
        FilterField("id", "id", ID),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("user_id", "user_id", ID),
        FilterField("show_in_online_bookings", "public", FLAG),
    ),
)

practitioner = renderer("Practitioner", PRACTITIONER, door=DOOR)
