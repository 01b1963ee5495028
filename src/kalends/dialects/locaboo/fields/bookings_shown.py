"""Bookings in responses: in a list, in a list with details, and one by one."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, Line, from_row, renderer
from kalends.dialects.locaboo.fields.bookings import KEPT
from kalends.dialects.locaboo.fields.bookings_extras import features, inventory
from kalends.dialects.locaboo.fields.customers import shown_name
from kalends.dialects.locaboo.fields.instances import Titles, by_main_resource, label, times
from kalends.dialects.locaboo.fields.view import DOOR, RenderContext
from kalends.engine.bookings.states import HOLDING, state_at
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.resource import Resource

Rendered: TypeAlias = dict[str, Any]

_MOMENT = "%Y-%m-%d %H:%M"
# The booking has the first status that one of its items is in; items that await something are requests [inferred].
_STATUSES = (
    ("Live", ("confirmed",)),
    ("Request", HOLDING),
    ("Draft", ("draft",)),
)


def _status(context: RenderContext) -> Callable[[BookingWithItems], str]:
    def status(booking: BookingWithItems) -> str:
        present = {state_at(view.item, context.now) for view in booking.items}
        name = next((name for name, states in _STATUSES if not present.isdisjoint(states)), "Cancel")
        all_completed = all(view.item.status == "completed" for view in booking.current_items(context.now))
        return "Complete" if name == "Live" and all_completed else name

    return status


def _type(booking: BookingWithItems) -> str:
    return "recurring" if any(view.recurs for view in booking.items) else "special"


def _customer_id(booking: BookingWithItems) -> str:
    return str(booking.customer.id) if booking.customer else ""


def _customer_name(booking: BookingWithItems) -> str:
    return shown_name(booking.customer) if booking.customer else ""


def _customer_groups(context: RenderContext) -> Callable[[BookingWithItems], list[Rendered]]:
    def groups(booking: BookingWithItems) -> list[Rendered]:
        group = context.groups.get(booking.customer.group_id or 0) if booking.customer else None
        return [{"id": group.id, "name": group.title}] if group else []

    return groups


def custom_fields(details: Mapping[str, Any], context: RenderContext) -> dict[str, Rendered] | list[Any]:
    """The custom fields in the details of a booking or instance, by main resource; PHP's empty array if none."""
    return {
        main_id: {f"mf_{field_id}": _custom_field(context, field_id, value) for field_id, value in values.items()}
        for main_id, values in details.get(DOOR, {}).get("custom_fields", {}).items()
    } or []


def _custom_field(context: RenderContext, field_id: str, value: str) -> Rendered:
    field = context.custom_fields.get(int(field_id))
    return {"label": field.title if field else "", "value": value, "category": None}


def _instance(
    context: RenderContext, titles: Titles, *, with_custom_fields: bool
) -> Callable[[ItemView, Resource], Rendered]:
    def instance(view: ItemView, resource: Resource) -> Rendered:
        rendered = {
            "id": view.item.id,
            "resource_id": resource.id,
            "resource": label(resource, titles),
            **times(view, context, _MOMENT),
        }
        if not with_custom_fields:
            return rendered
        return {**rendered, "custom_fields": custom_fields(view.item.details, context)}

    return instance


def _listed(context: RenderContext, *, with_custom_fields: bool) -> Callable[[BookingWithItems], list[Rendered]]:
    """In lists: by main resource, with its instances as an object by their ids."""
    titles = context.titles
    instance = _instance(context, titles, with_custom_fields=with_custom_fields)

    def resources(booking: BookingWithItems) -> list[Rendered]:
        return [
            {
                "resource_id": main_id,
                "resource": titles.get(main_id, ""),
                "instances": {str(view.item.id): instance(view, resource) for view, resource in instances},
            }
            for main_id, instances in by_main_resource(booking.items).items()
        ]

    return resources


def _resources_in_brief(context: RenderContext) -> Callable[[BookingWithItems], list[Rendered]]:
    return _listed(context, with_custom_fields=False)


def _resources_in_detail(context: RenderContext) -> Callable[[BookingWithItems], list[Rendered]]:
    return _listed(context, with_custom_fields=True)


def _resources_with_extras(context: RenderContext) -> Callable[[BookingWithItems], list[Rendered]]:
    """Of one booking: by main resource, with its instances as an array, its extras and its custom fields.

    What is cancelled of it is left out, as in lists, unless all of it is.
    """
    titles = context.titles
    instance = _instance(context, titles, with_custom_fields=True)

    def resources(booking: BookingWithItems) -> list[Rendered]:
        fields = custom_fields(booking.booking.details, context)
        group_id = booking.customer.group_id if booking.customer else None
        return [
            {
                "resource_id": main_id,
                "resource": titles.get(main_id, ""),
                "instances": [instance(view, resource) for view, resource in instances],
                "features": features(context, instances, group_id),
                "inventory": inventory(context, instances, group_id),
                "custom_fields": _only(fields, main_id),
            }
            for main_id, instances in by_main_resource(booking.current_items(context.now)).items()
        ]

    return resources


def _only(fields: dict[str, Rendered] | list[Any], main_id: int) -> dict[str, Rendered] | list[Any]:
    key = str(main_id)
    return {key: fields[key]} if isinstance(fields, dict) and key in fields else []


def _custom_fields(context: RenderContext) -> Callable[[BookingWithItems], dict[str, Rendered] | list[Any]]:
    return lambda booking: custom_fields(booking.booking.details, context)


_ALWAYS: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier),
    Field("title", "title", codecs.text()),
    Computed("customer_id", from_row(_customer_id)),
    Computed("customer", from_row(_customer_name)),
    Computed("customer_groups", _customer_groups),
    Computed("type", from_row(_type)),
    Computed("booking_status", _status),
)
_DETAILS: tuple[Line, ...] = (Field("comments", "comments", codecs.text()), *KEPT)
_COLOR = tuple(line for line in KEPT if line.wire == "color")

in_brief = renderer("Booking", (*_ALWAYS, Computed("resources", _resources_in_brief), *_COLOR), "booking", DOOR)
in_detail = renderer(
    "DetailedBooking",
    (*_ALWAYS, *_DETAILS, Computed("resources", _resources_in_detail), Computed("custom_fields", _custom_fields)),
    "booking",
    DOOR,
)
in_full = renderer("FullBooking", (*_ALWAYS, *_DETAILS, Computed("resources", _resources_with_extras)), "booking", DOOR)
