"""Services. Fields that the engine has no use for are kept and given back."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET, UnsetType

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext, one_or_many
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, renderer
from kalends.dialects.makeplans.fields.resources import resource
from kalends.dialects.makeplans.fields.view import DOOR, RenderContext, brief, from_row, related
from kalends.engine.catalog.service import SERVICE_KINDS, Service
from kalends.engine.limits import FARTHEST_MINUTES, LONGEST_MINUTES, MOST_UNITS

# Booking types by the numbers that clients of the vendor's first versions send.
_KINDS = {1: "appointment", 2: "attendance", 3: "gift_card", 4: "product"}
_NUMBERS = {kind: number for number, kind in _KINDS.items()}
_KIND_OF_TEXT = {str(number): kind for number, kind in _KINDS.items()}
_minutes = codecs.number(0, LONGEST_MINUTES)
_availability_type = codecs.choice("resource", "provider")


def _read_kind(value: Any, context: WireContext) -> str | None:
    """The booking type by name or by number."""
    kind = _KIND_OF_TEXT.get(str(value), value)
    if kind not in (*SERVICE_KINDS, None, ""):
        raise Unreadable("not_included")
    return kind or None


def _read_own_hours(value: Any, context: WireContext) -> bool | None:
    """Whether the service has hours of its own: `provider`, else `resource`."""
    availability_type = _availability_type.read(value, context)
    return None if availability_type is None else availability_type == "provider"


def _write_own_hours(own_hours: bool) -> str:
    return "provider" if own_hours else "resource"


def _booking_type_id(service: Service) -> int:
    return _NUMBERS[service.kind]


def _next_interval(service: Service) -> int | None:
    return None if service.step == service.duration else service.step


def _resources(context: RenderContext) -> Callable[[Service], list[Any] | UnsetType]:
    render = resource(context) if context.extended else brief
    served_by = context.served_by
    return lambda service: [render(row) for row in served_by[service.id]] if service.id in served_by else UNSET


def _categories(context: RenderContext) -> Callable[[Service], list[Any] | UnsetType]:
    """There are no categories here; services that are nested in other objects have no such list at all."""
    return lambda service: [] if service.id in context.served_by else UNSET


def _texts(*wires: str) -> tuple[PassThrough, ...]:
    return tuple(PassThrough(wire, codecs.text(codecs.TEXT)) for wire in wires)


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
    Computed("next_interval", from_row(_next_interval)),
    PassThrough("max_slots", codecs.number(1, MOST_UNITS), 1),
    Field("price", "price", codecs.decimal),
    PassThrough("same_day", codecs.flag, False),
    PassThrough("interval_rounding", codecs.number()),
    Field("booking_type", "kind", Codec(_read_kind), also=("booking_type_id",)),
    Computed("booking_type_id", from_row(_booking_type_id)),
    PassThrough("custom_data", codecs.custom_data),
    PassThrough("payment_required", codecs.flag),
    PassThrough("allow_invoice", codecs.flag),
    PassThrough("booking_minimum", codecs.number()),
    Field("availability_type", "own_hours", Codec(_read_own_hours, lambda context: _write_own_hours)),
    PassThrough("priority_value", codecs.number()),
    *_texts("template", "booking_form", "terms", "priority_strategy"),
    *_texts("mail_verification", "mail_confirmation", "mail_modification", "mail_awaiting_confirmation"),
    *_texts("mail_cancellation", "mail_request_payment", "sms_verification", "sms_confirmation", "sms_reminder"),
    *_texts("sms_modification", "sms_awaiting_confirmation", "sms_cancellation", "sms_request_payment"),
    Computed("resources", _resources),
    Computed("categories", _categories),
    # Our own additions, in minutes: the vendor has no words for them.
    Field("buffer_before", "buffer_before", _minutes),
    Field("buffer_after", "buffer_after", _minutes),
    Field("notice", "notice", codecs.number(0, FARTHEST_MINUTES)),
    Field("horizon", "horizon", codecs.number(0, FARTHEST_MINUTES)),
    Field("resource_ids", "resource_ids", one_or_many(codecs.identifier), "in"),
)

QUERY = (
    Field("booking_type", "kind", codecs.search_text()),
    Field("category_id", "category_id", codecs.identifier),
    Field("extended", "extended", codecs.flag),
)

service = renderer("Service", SERVICE, door=DOOR)
nested_service = related(service)
