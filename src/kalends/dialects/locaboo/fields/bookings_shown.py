"""Bookings as responses show them: what is listed, with details or without, and what is shown of one."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, Line, renderer
from kalends.dialects.locaboo.fields.bookings import KEPT
from kalends.dialects.locaboo.fields.bookings_extras import features, inventory
from kalends.dialects.locaboo.fields.customers import shown_name
from kalends.dialects.locaboo.fields.instances import Titles, by_main_resource, label
from kalends.dialects.locaboo.fields.view import DOOR, RenderContext
from kalends.dialects.locaboo.fields.wall import end_writer, start_writer
from kalends.engine.bookings.states import HOLDING, state_at
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.resource import Resource

Shown: TypeAlias = dict[str, Any]

_MOMENT = "%Y-%m-%d %H:%M"
# The first of these that an item is in says what the booking is; one that awaits something is a request [inferred].
_STATUSES = (
    ("Live", ("confirmed",)),
    ("Request", HOLDING),
    ("Draft", ("draft",)),
)


def _status(view: RenderContext) -> Callable[[BookingWithItems], str]:
    def status(ordered: BookingWithItems) -> str:
        states = {state_at(entry.item, view.now) for entry in ordered.items}
        found = next((name for name, those in _STATUSES if not states.isdisjoint(those)), "Cancel")
        done = all(entry.item.status == "completed" for entry in ordered.items)
        return "Complete" if found == "Live" and done else found

    return status


def _type(_: RenderContext) -> Callable[[BookingWithItems], str]:
    return lambda ordered: "recurring" if any(entry.recurs for entry in ordered.items) else "special"


def _customer_id(_: RenderContext) -> Callable[[BookingWithItems], str]:
    return lambda ordered: str(ordered.customer.id) if ordered.customer else ""


def _customer(_: RenderContext) -> Callable[[BookingWithItems], str]:
    return lambda ordered: shown_name(ordered.customer) if ordered.customer else ""


def _customer_groups(view: RenderContext) -> Callable[[BookingWithItems], list[Shown]]:
    def groups(ordered: BookingWithItems) -> list[Shown]:
        group = view.groups.get(ordered.customer.group_id or 0) if ordered.customer else None
        return [{"id": group.id, "name": group.title}] if group else []

    return groups


def custom_fields(kept: Mapping[str, Any], view: RenderContext) -> dict[str, Shown] | list[Any]:
    """The account's own fields by main resource, of what a booking or an instance keeps; PHP's empty array if none."""
    return {
        main_id: {f"mf_{field_id}": _valued(view, field_id, value) for field_id, value in values.items()}
        for main_id, values in kept.get(DOOR, {}).get("custom_fields", {}).items()
    } or []


def _valued(view: RenderContext, field_id: str, value: str) -> Shown:
    field = view.custom_fields.get(int(field_id))
    return {"label": field.title if field else "", "value": value, "category": None}


def _instance(view: RenderContext, titles: Titles, details: bool) -> Callable[[ItemView, Resource], Shown]:
    begins, finishes = start_writer(_MOMENT)(view), end_writer(_MOMENT)(view)

    def instance(entry: ItemView, resource: Resource) -> Shown:
        shown = {
            "id": entry.item.id,
            "resource_id": resource.id,
            "resource": label(resource, titles),
            "from": begins(entry.item.starts_at),
            "to": finishes(entry.item.ends_at),
        }
        return {**shown, "custom_fields": custom_fields(entry.item.details, view)} if details else shown

    return instance


def _listed(details: bool) -> Callable[[RenderContext], Callable[[BookingWithItems], list[Shown]]]:
    """By main resource, with the instances as an object by their ids."""

    def bind(view: RenderContext) -> Callable[[BookingWithItems], list[Shown]]:
        titles = view.titles
        instance = _instance(view, titles, details)

        def resources(ordered: BookingWithItems) -> list[Shown]:
            return [
                {
                    "resource_id": main_id,
                    "resource": titles.get(main_id, ""),
                    "instances": {str(entry.item.id): instance(entry, resource) for entry, resource in instances},
                }
                for main_id, instances in by_main_resource(ordered.items).items()
            ]

        return resources

    return bind


def _with_extras(view: RenderContext) -> Callable[[BookingWithItems], list[Shown]]:
    """By main resource, with the instances as an array, and with what goes with them."""
    titles = view.titles
    instance = _instance(view, titles, True)

    def resources(ordered: BookingWithItems) -> list[Shown]:
        fields = custom_fields(ordered.booking.details, view)
        group_id = ordered.customer.group_id if ordered.customer else None
        return [
            {
                "resource_id": main_id,
                "resource": titles.get(main_id, ""),
                "instances": [instance(entry, resource) for entry, resource in instances],
                "features": features(view, instances, group_id),
                "inventory": inventory(view, instances, group_id),
                "custom_fields": _only(fields, main_id),
            }
            for main_id, instances in by_main_resource(ordered.items).items()
        ]

    return resources


def _only(fields: dict[str, Shown] | list[Any], main_id: int) -> dict[str, Shown] | list[Any]:
    key = str(main_id)
    return {key: fields[key]} if isinstance(fields, dict) and key in fields else []


def _custom_fields(view: RenderContext) -> Callable[[BookingWithItems], dict[str, Shown] | list[Any]]:
    return lambda ordered: custom_fields(ordered.booking.details, view)


_ALWAYS: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier),
    Field("title", "title", codecs.text()),
    Computed("customer_id", _customer_id),
    Computed("customer", _customer),
    Computed("customer_groups", _customer_groups),
    Computed("type", _type),
    Computed("booking_status", _status),
)
_DETAILS: tuple[Line, ...] = (Field("comments", "comments", codecs.text()), *KEPT)
_COLOR = tuple(line for line in KEPT if line.wire == "color")

in_brief = renderer("Booking", (*_ALWAYS, Computed("resources", _listed(False)), *_COLOR), "booking", DOOR)
in_detail = renderer(
    "DetailedBooking",
    (*_ALWAYS, *_DETAILS, Computed("resources", _listed(True)), Computed("custom_fields", _custom_fields)),
    "booking",
    DOOR,
)
in_full = renderer("FullBooking", (*_ALWAYS, *_DETAILS, Computed("resources", _with_extras)), "booking", DOOR)
