"""Bookings: the engine's items; a collection is the engine's booking."""

from collections.abc import Callable

from msgspec import UNSET

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import one_or_many
from kalends.dialects.kit.fields import Computed, Field, PassThrough, renderer
from kalends.dialects.makeplans.fields.events import nested_event
from kalends.dialects.makeplans.fields.people import nested_person
from kalends.dialects.makeplans.fields.resources import nested_resource
from kalends.dialects.makeplans.fields.services import nested_service
from kalends.dialects.makeplans.fields.view import DOOR, RenderContext, from_row, url
from kalends.engine.bookings.request import CHANNELS, TEMPLATES
from kalends.engine.bookings.states import STATUSES, is_active, state_at
from kalends.engine.bookings.views import ItemView
from kalends.engine.limits import MOST_UNITS


def _state(context: RenderContext) -> Callable[[ItemView], str]:
    return lambda view: state_at(view.item, context.now)


def _active(context: RenderContext) -> Callable[[ItemView], bool]:
    return lambda view: is_active(view.item, context.now)


def _collection_id(view: ItemView) -> str | None:
    return view.booking_uid if view.siblings > 1 or view.recurs else None


def _booking_type(view: ItemView) -> str:
    if view.item.session_id is not None:
        return "attendance"
    return view.service.kind if view.service else "appointment"


def _created_by(context: RenderContext) -> Callable[[ItemView], str]:
    return lambda view: context.actors.get(view.item.created_by, view.item.created_by)


def _updated_by(context: RenderContext) -> Callable[[ItemView], str]:
    return lambda view: context.actors.get(view.item.updated_by, view.item.updated_by)


def _null(view: ItemView) -> None:
    """Documented for output only, and there is nothing in the engine to fill it with."""


# In the order of the vendor's table of attributes, which also says which of them requests may set.
BOOKING = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("service_id", "service_id", codecs.identifier),
    Field("event_id", "session_id", codecs.identifier),
    Field("resource_id", "resource_id", codecs.identifier),
    Field("person_id", "customer_id", codecs.identifier),
    Field("booked_from", "starts_at", codecs.moment),
    Field("booked_to", "ends_at", codecs.moment),
    Field("expires_at", "expires_at", codecs.moment),
    Field("title", "title", codecs.text()),
    Field("notes", "notes", codecs.text(codecs.TEXT)),
    Field("reminder_at", "reminder_at", codecs.moment),
    Field("reminded_at", "reminded_at", codecs.moment),
    Field("paid_at", "paid_at", codecs.moment),
    Field("external_id", "external_id", codecs.search_text()),
    Field("paid_amount", "paid_amount", codecs.decimal),
    PassThrough("invoiced_at", codecs.moment_text),
    Field("revision_count", "revision", codecs.number(), "out"),
    Computed("created_by", _created_by),
    Computed("updated_by", _updated_by),
    Field("external_url", "external_url", url),
    Field("external_host_url", "external_host_url", url),
    Field("booked_by_person_id", "booked_by_customer_id", codecs.identifier),
    Field("verification_method", "verification_method", codecs.text(), "out"),
    Field("verification_code", "verification_code", codecs.search_text(), "in"),
    Computed("location_url", from_row(_null)),
    Computed("location_host_url", from_row(_null)),
    Field("custom_data", "custom", codecs.custom_data),
    Computed("state", _state),
    Computed("active", _active),
    Field("count", "units", codecs.number(1, MOST_UNITS)),
    Computed("collection_id", from_row(_collection_id)),
    Field("status", "status", codecs.choice(*STATUSES)),
    Computed("booking_type", from_row(_booking_type)),
    Field("coupon_id", "coupon_id", codecs.identifier),
    Field("person", "customer", nested_person, "out", source="customer"),
    Field("resource", "resource", nested_resource, "out", source="resource"),
    Field("service", "service", nested_service, "out", source="service"),
    Field("event", "session", nested_event, "out", source="session"),
    # Beside the booking in a request; inside it in a response, if it was ever sent.
    PassThrough("add_messages", codecs.flag, UNSET),
)

PUBLIC = (Field("public_booking", "public", codecs.flag),)
# Beside `booking` in a request, or in its query.
FLAGS = (
    Field("confirm", "confirm", codecs.flag),
    Field("ignore_capacity", "overlap_allowed", codecs.flag),
    Field("add_reminder_sms", "remind", codecs.flag),
    *PUBLIC,
)
EXTENDED = (Field("extended", "extended", codecs.flag),)
# Flag on the wire -> template and channel.
MESSAGES = {f"{template}_send_{channel}": (template, channel) for template in TEMPLATES for channel in CHANNELS}
MESSAGE_FLAGS = tuple(Field(wire, wire, codecs.flag) for wire in MESSAGES)
STATUS = (Field("status", "status", codecs.choice(*STATUSES)),)
RECURRING = tuple(Field(part, part, codecs.text(codecs.TEXT)) for part in ("rrule", "rdate", "exdate"))

QUERY = (
    Field("service_id", "service_ids", one_or_many(codecs.identifier)),
    Field("event_id", "session_ids", one_or_many(codecs.identifier)),
    Field("resource_id", "resource_ids", one_or_many(codecs.identifier)),
    Field("person_id", "customer_ids", one_or_many(codecs.identifier)),
    Field("external_id", "external_id", codecs.search_text()),
    Field("start", "starts_after", codecs.moment_or_word),
    Field("end", "ends_before", codecs.moment_or_word),
    Field("since", "updated_after", codecs.moment_or_word),
    Field("collection_id", "uid", codecs.uuid),
    Field("state", "states", one_or_many(codecs.search_text())),
    Field("status", "statuses", one_or_many(codecs.search_text())),
)

booking = renderer("Booking", BOOKING, source="item", door=DOOR)
