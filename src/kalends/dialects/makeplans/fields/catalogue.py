"""Resources, services and events. What the engine has no word for is kept and given back."""

from collections.abc import Callable
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, many
from kalends.dialects.kit.fields import Field, Kept, Line, Made, once, renderer
from kalends.dialects.makeplans.fields import hours
from kalends.dialects.makeplans.fields.view import DOOR, Brief, View
from kalends.engine.catalogue import Service

_BOOKING_TYPES = {1: "appointment", 2: "attendance"}
_blank_is_null = codecs.text(codecs.TEXT, null="")


def _read_type(value: Any, view: View) -> str | None:
    """The booking type by name or, as it was once sent, by number."""
    by_number = {str(number): name for number, name in _BOOKING_TYPES.items()}
    found = by_number.get(str(value), value)
    if found not in (*_BOOKING_TYPES.values(), None, ""):
        raise Unreadable("not_included")
    return found or None


def _type_id(_: View) -> Callable[[Service], int]:
    ids = {name: number for number, name in _BOOKING_TYPES.items()}
    return lambda service: ids[service.kind]


def _next_interval(_: View) -> Callable[[Service], int | None]:
    return lambda service: None if service.step == service.duration else service.step


def _texts(*wires: str) -> tuple[Kept, ...]:
    return tuple(Kept(wire, codecs.text(codecs.TEXT)) for wire in wires)


RESOURCE: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("title", "title", codecs.text(null="")),
    Field("notes", "notes", _blank_is_null),
    Field("capacity", "capacity", codecs.number(0, 100_000)),
    Field("external_id", "external_id", codecs.key()),
    Field("active", "active", codecs.flag, "out"),
    Kept("custom_data", codecs.notes),
    *hours.SENT,
    *hours.SHOWN,
)

SERVICE: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("title", "title", codecs.text(null="")),
    Field("description", "description", _blank_is_null),
    Field("active", "active", codecs.flag, "out"),
    Kept("booking_capacity", codecs.number(0), 1),
    Kept("day_booking_specify_time", codecs.flag),
    Kept("has_day_booking", codecs.flag, False),
    Field("interval", "duration", codecs.number(1, 527_040)),
    Field("next_interval", "step", codecs.number(1, 527_040), "in"),
    Made("next_interval", _next_interval),
    Field("max_slots", "most_units", codecs.number(1, 100_000)),
    Field("price", "price", codecs.decimal),
    Kept("same_day", codecs.flag, False),
    Kept("interval_rounding", codecs.number()),
    Field("booking_type", "kind", Codec(_read_type), also=("booking_type_id",)),
    Made("booking_type_id", _type_id),
    Kept("custom_data", codecs.notes),
    Kept("payment_required", codecs.flag),
    Kept("allow_invoice", codecs.flag),
    Kept("booking_minimum", codecs.number()),
    Kept("availability_type", codecs.choice("resource", "provider")),
    Kept("priority_value", codecs.number()),
    *_texts("template", "booking_form", "terms", "priority_strategy"),
    *_texts("mail_verification", "mail_confirmation", "mail_modification", "mail_awaiting_confirmation"),
    *_texts("mail_cancellation", "mail_request_payment", "sms_verification", "sms_confirmation", "sms_reminder"),
    *_texts("sms_modification", "sms_awaiting_confirmation", "sms_cancellation", "sms_request_payment"),
    Field("resource_ids", "resource_ids", many(codecs.identifier), "in"),
)


def brief(view: View) -> Callable[[Any], Brief]:
    """An object by its id and title."""
    return lambda found: Brief(found.id, found.title)


EVENT: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("resource_id", "resource_id", codecs.identifier),
    Field("service_id", "service_id", codecs.identifier),
    Kept("published", codecs.flag, True),
    Field("capacity", "capacity", codecs.number(0, 100_000)),
    Field("starts_at", "starts_at", codecs.moment),
    Field("ends_at", "ends_at", codecs.moment),
    Field("title", "title", codecs.text(null="")),
    Field("description", "notes", _blank_is_null),
    Field("external_id", "external_id", codecs.key()),
    Field("custom_data", "custom", codecs.notes),
    Field("collection_id", "series", codecs.uid, "out"),
    Kept("first_booking_at", codecs.moment_text),
    Kept("last_booking_at", codecs.moment_text),
)

EVENT_QUERY = (
    Field("service_id", "service_ids", many(codecs.identifier, comma=True)),
    Field("resource_id", "resource_ids", many(codecs.identifier, comma=True)),
    Field("start", "starts_after", codecs.when),
    Field("end", "ends_before", codecs.when),
    Field("since", "updated_after", codecs.when),
)

resource = renderer("Resource", RESOURCE, door=DOOR)
service = renderer("Service", SERVICE, door=DOOR)
event = renderer("Event", EVENT, door=DOOR)


def _related(full: Callable[[View], Callable[[Any], Any]]) -> Codec:
    """An object inside another: in brief, or in full when the view is extended."""
    return Codec(lambda value, view: value, once(lambda view: full(view) if view.extended else brief(view)))


nested_resource: Codec = _related(resource)
nested_service: Codec = _related(service)
nested_event: Codec = _related(event)
