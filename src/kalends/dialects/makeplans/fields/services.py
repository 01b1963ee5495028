"""Services. What the engine has no word for is kept and given back."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, many
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, renderer
from kalends.dialects.makeplans.fields.resources import resource
from kalends.dialects.makeplans.fields.view import DOOR, RenderContext, brief, related
from kalends.engine.catalog.service import SERVICE_KINDS, Service
from kalends.engine.limits import FARTHEST_MINUTES, LONGEST_MINUTES, MOST_UNITS

_BY_NUMBER = {1: "appointment", 2: "attendance", 3: "gift_card", 4: "product"}
_NUMBERS = {kind: number for number, kind in _BY_NUMBER.items()}
_KIND_OF = {str(number): kind for number, kind in _BY_NUMBER.items()}
_MINUTES = codecs.number(0, LONGEST_MINUTES)


def _read_kind(value: Any, view: RenderContext) -> str | None:
    """The booking type by name or, as it was once sent, by number."""
    found = _KIND_OF.get(str(value), value)
    if found not in (*SERVICE_KINDS, None, ""):
        raise Unreadable("not_included")
    return found or None


def _read_hours(value: Any, view: RenderContext) -> bool | None:
    """Whether the service has hours of its own: `provider`, else `resource`."""
    found = codecs.choice("resource", "provider").read(value, view)
    return None if found is None else found == "provider"


def _type_id(_: RenderContext) -> Callable[[Service], int]:
    return lambda service: _NUMBERS[service.kind]


def _next_interval(_: RenderContext) -> Callable[[Service], int | None]:
    return lambda service: None if service.step == service.duration else service.step


def _resources(view: RenderContext) -> Callable[[Service], Any]:
    show = resource(view) if view.extended else brief(view)
    found = view.served_by
    return lambda service: [show(one) for one in found[service.id]] if service.id in found else UNSET


def _categories(view: RenderContext) -> Callable[[Service], Any]:
    return lambda service: [] if service.id in view.served_by else UNSET


def _texts(*wires: str) -> tuple[PassThrough, ...]:
    return tuple(PassThrough(wire, codecs.text(codecs.TEXT)) for wire in wires)


KIND = Codec(_read_kind)
SERVICE: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("title", "title", codecs.text(null="")),
    Field("description", "description", codecs.text(codecs.TEXT, null="")),
    Field("active", "active", codecs.flag, "out"),
    Field("booking_capacity", "most_units", codecs.number(1, MOST_UNITS)),
    PassThrough("day_booking_specify_time", codecs.flag),
    PassThrough("has_day_booking", codecs.flag, False),
    Field("interval", "duration", codecs.number(1, LONGEST_MINUTES)),
    Field("next_interval", "step", codecs.number(1, LONGEST_MINUTES), "in"),
    Computed("next_interval", _next_interval),
    PassThrough("max_slots", codecs.number(1, MOST_UNITS), 1),
    Field("price", "price", codecs.decimal),
    PassThrough("same_day", codecs.flag, False),
    PassThrough("interval_rounding", codecs.number()),
    Field("booking_type", "kind", KIND, also=("booking_type_id",)),
    Computed("booking_type_id", _type_id),
    PassThrough("custom_data", codecs.notes),
    PassThrough("payment_required", codecs.flag),
    PassThrough("allow_invoice", codecs.flag),
    PassThrough("booking_minimum", codecs.number()),
    Field("availability_type", "own_hours", Codec(_read_hours, lambda view: ("resource", "provider").__getitem__)),
    PassThrough("priority_value", codecs.number()),
    *_texts("template", "booking_form", "terms", "priority_strategy"),
    *_texts("mail_verification", "mail_confirmation", "mail_modification", "mail_awaiting_confirmation"),
    *_texts("mail_cancellation", "mail_request_payment", "sms_verification", "sms_confirmation", "sms_reminder"),
    *_texts("sms_modification", "sms_awaiting_confirmation", "sms_cancellation", "sms_request_payment"),
    Computed("resources", _resources),
    Computed("categories", _categories),
    # Our own additions, in minutes: the vendor has no words for them.
    Field("buffer_before", "buffer_before", _MINUTES),
    Field("buffer_after", "buffer_after", _MINUTES),
    Field("notice", "notice", codecs.number(0, FARTHEST_MINUTES)),
    Field("horizon", "horizon", codecs.number(0, FARTHEST_MINUTES)),
    Field("resource_ids", "resource_ids", many(codecs.identifier), "in"),
)

QUERY = (
    Field("booking_type", "kind", codecs.key()),
    Field("category_id", "category_id", codecs.identifier),
    Field("extended", "extended", codecs.flag),
)

service = renderer("Service", SERVICE, door=DOOR)
nested_service = related(service)
