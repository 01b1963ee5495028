"""Appointment types: the engine's services that are booked. One for more than one attendee is attended in groups."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from kalends.dialects.cliniko.fields.filters import DATETIME, FLAG, ID, TEXT, TEXTS, FilterField, Listing, kept
from kalends.dialects.cliniko.fields.lists import id_texts, ids
from kalends.dialects.cliniko.fields.view import DOOR, link, list_of, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.dialects.kit.fields import Computed, Field, PassThrough, from_row, renderer
from kalends.engine.catalog.service import Service

LONGEST_MINUTES, MOST_ATTENDEES = 1439, 99
LEAD_TIMES = (0, 1, 2, 4, 12, 18, 24, 48, 72, 168, 336, 504, 672)
"""Hours of notice that clients know."""
PAYMENT_MODES = ("deposit_required", "optional", "required")
USUAL_COLOR = "#8e9eb1"
_COLOR = re.compile(r"#(?:[A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})")
_PRICE_BOUND = Decimal(4_000_000_000)
_line = codecs.text()


def _read_color(value: Any, context: Any) -> str:
    if value in (None, ""):
        return USUAL_COLOR
    if not isinstance(value, str) or not _COLOR.fullmatch(value):
        raise Unreadable("invalid")
    return value


def _read_lead_time(value: Any, context: Any) -> int | None:
    """The minutes of notice. Unreadable: not_included, not_a_number."""
    hours = codecs.number().read(value, context)
    if hours is not None and hours not in LEAD_TIMES:
        raise Unreadable("not_included")
    return None if hours is None else hours * 60


def _read_price(value: Any, context: Any) -> str | None:
    """A price as the text that is kept of it. Unreadable: as `codecs.decimal`."""
    price = codecs.decimal.read(value, context)
    if price is not None and not 0 <= price < _PRICE_BOUND:
        raise Unreadable("out_of_range")
    return None if price is None else f"{price:.2f}" if price == round(price, 2) else f"{price:f}"


def _lead_time(service: Service) -> int | None:
    """The notice, if it is one that clients know."""
    hours, rest = divmod(service.notice or 0, 60)
    return hours if not rest and hours in LEAD_TIMES else None


def _is_paid_online(service: Service) -> bool:
    return _kept(service).get("online_payments_mode") is not None


def minutes(service: Service) -> int:
    """The duration, which clients know up to a day."""
    return min(service.duration, LONGEST_MINUTES)


def max_attendees(service: Service) -> int:
    """How many can attend at once. A group without a capacity of its own is for two at least, by which clients know
    that it is one; they know numbers up to 99."""
    if service.kind == "appointment":
        return 1
    return min(service.session_capacity or max(2, service.most_units), MOST_ATTENDEES)


def _kept(service: Service) -> Any:
    return service.details.get(DOOR, {})


def _kept_id(wire: str) -> Callable[[Service], int | None]:
    return lambda service: _kept(service).get(wire)


APPOINTMENT_TYPE = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("archived_at", "archived_at", codecs.moment, "out"),
    Field("name", "title", _line),
    Field("description", "description", codecs.text(codecs.TEXT, null="")),
    Field("duration_in_minutes", "duration", codecs.number(1, LONGEST_MINUTES), "in"),
    Field("show_in_online_bookings", "public", codecs.flag),
    Field("max_attendees", "session_capacity", codecs.number(1, MOST_ATTENDEES), "in"),
    Field("online_bookings_lead_time_hours", "notice", Codec(_read_lead_time), "in"),
    Field("practitioner_ids", "resource_ids", ids, "in"),
    Field("business_ids", "site_ids", ids, "in"),
    Computed("duration_in_minutes", from_row(minutes)),
    Computed("max_attendees", from_row(max_attendees)),
    Computed("online_bookings_lead_time_hours", from_row(_lead_time)),
    Computed("online_payments_enabled", from_row(_is_paid_online)),
    PassThrough("category", _line),
    PassThrough("color", Codec(_read_color, takes_null=True), USUAL_COLOR),
    PassThrough("add_deposit_to_account_credit", codecs.flag),
    PassThrough("deposit_price", Codec(_read_price)),
    PassThrough("online_payments_mode", codecs.choice(*PAYMENT_MODES)),
    PassThrough("telehealth_enabled", codecs.flag),
    PassThrough("appointment_confirmation_template_ids", id_texts),
    PassThrough("appointment_reminder_template_ids", id_texts),
    Computed("billable_item", link("billable_items", _kept_id("billable_item_id"))),
    Computed("product", link("products", _kept_id("product_id"))),
    Computed("treatment_note_template", link("treatment_note_templates", _kept_id("treatment_note_template_id"))),
    Computed("practitioners", list_of("appointment_types", "practitioners")),
    Computed("links", self_link("appointment_types")),
)

# Of requests only; responses show them as links.
SENT = (
    PassThrough("billable_item_id", codecs.identifier),
    PassThrough("product_id", codecs.identifier),
    PassThrough("treatment_note_template_id", codecs.identifier),
)

APPOINTMENT_TYPES = Listing(
    "appointment_types",
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "archived_at", DATETIME),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("show_in_online_bookings", "public", FLAG),
        kept("category", TEXT),
        kept("online_payments_mode", TEXT),
        kept("appointment_confirmation_template_ids", TEXTS),
        kept("appointment_reminder_template_ids", TEXTS),
    ),
    hidden=("archived_at",),
)

appointment_type = renderer("AppointmentType", APPOINTMENT_TYPE, door=DOOR)
