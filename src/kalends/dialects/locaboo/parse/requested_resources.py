"""Reads the resources and parts that a booking takes, and their extras and custom fields.

Source: the page's booking_add.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.bookings import EXTRA
from kalends.dialects.locaboo.fields.json_text import array_values
from kalends.dialects.locaboo.fields.view import RenderContext, Shelf
from kalends.dialects.locaboo.parse.arrays import Array, array_of, fields_of, id_of, ids_of, require
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.catalog.custom_field import stored_values, value_fault
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Fault


def read_resources(reader: Reader, context: RenderContext, main_id: int | None) -> tuple[RequestedResource, ...]:
    """The parts that were sent of each resource, or without parts the resource itself; those of `main_id` come first.

    Adds faults(main_resource: blank; a parameter with an id: unknown, not_bookable, not_part, not_booked, not_served;
    elements of arrays: invalid, not_a_number, out_of_range).
    """
    require(reader, "main_resource")
    part_ids: dict[int, list[int]] = {}
    if main_id is not None and _bookable(reader, context, "main_resource", main_id):
        part_ids[main_id] = []
    for whole_id, value in ids_of(reader, array_of(reader, "resource_parts", reader.sent.get("resource_parts"))):
        name = f"resource_parts[{whole_id}]"
        if whole := _bookable(reader, context, name, whole_id):
            part_ids[whole_id] = [part.id for part in _parts(reader, context, whole, array_values(value), name)]
    resource_ids = [resource_id for whole_id, parts in part_ids.items() for resource_id in parts or [whole_id]]
    return _with_extras(reader, context, _without_parts_of_wholes(context, resource_ids))


def read_custom_fields(
    reader: Reader, context: RenderContext, resources: Iterable[RequestedResource]
) -> dict[str, dict[str, str]]:
    """The values of custom fields, by the ids of main resource and field, as texts: they are stored as JSON.

    A field's key is its id, or `mf_` with it, as bookings show it.
    Adds faults(category_fields[resource]: unknown, not_booked; category_fields[resource][field]: unknown, invalid,
    too_long, not_a_number, not_included).
    """
    texts: dict[str, dict[str, str]] = {}
    resource_ids = [resource.resource_id for resource in resources]
    for main_id, values in _by_main_resource(reader, context, "category_fields", resource_ids):
        name = f"category_fields[{main_id}]"
        array = array_of(reader, name, values)
        by_id = {key.removeprefix("mf_"): value for key, value in array.values.items()}
        for field_id, value in ids_of(reader, Array(name, by_id)):
            field = context.custom_fields.get(field_id)
            reason = value_fault(field, value) if field else "unknown"
            if field is None or reason:
                reader.faults.append(Fault(f"{name}[{field_id}]", reason or "unknown"))
            else:
                text = stored_values([field], {field_id: value})[field_id]
                texts.setdefault(str(main_id), {})[str(field_id)] = text or ""
    return texts


def _parts(reader: Reader, context: RenderContext, whole: Resource, values: Sequence[Any], name: str) -> list[Resource]:
    parts = []
    for value in values:
        part_id = id_of(reader, name, value)
        part = _bookable(reader, context, name, part_id) if part_id is not None else None
        if part and whole.id not in part.path:
            reader.faults.append(Fault(f"{name} {part.id}", "not_part"))
        elif part:
            parts.append(part)
    return parts


def _without_parts_of_wholes(context: RenderContext, resource_ids: Sequence[int]) -> list[int]:
    """Each id once, without resources that are parts of others among them."""
    unique_ids = dict.fromkeys(resource_ids)
    return [
        resource_id
        for resource_id in unique_ids
        if not any(above_id in unique_ids for above_id in context.resources[resource_id].path[:-1])
    ]


def _with_extras(reader: Reader, context: RenderContext, resource_ids: Sequence[int]) -> tuple[RequestedResource, ...]:
    """The resources with their extras.

    Extras are sent for a main resource. Each goes with the first of its requested resources that can have it, so that
    it is taken once.
    """
    extras: dict[int, list[Extra]] = {resource_id: [] for resource_id in resource_ids}
    shelves = (("inventory", context.inventory, "resource_id"), ("services", context.services, "service_id"))
    for wire, shelf, id_field in shelves:
        for main_id, value in _by_main_resource(reader, context, wire, resource_ids):
            resources = [
                context.resources[resource_id]
                for resource_id in resource_ids
                if context.main_of(resource_id) == main_id
            ]
            for extra_id, units, name in _checked_extras(reader, f"{wire}[{main_id}]", value):
                if resource_id := _first_with(reader, shelf, resources, extra_id, name):
                    extras[resource_id].append(Extra(units, **{id_field: extra_id}))
    return tuple(RequestedResource(resource_id, tuple(extras[resource_id])) for resource_id in resource_ids)


def _checked_extras(reader: Reader, wire: str, value: Any) -> Iterator[tuple[int, int, str]]:
    """The extras with `checked`: their id, units, and the name of their array."""
    for extra_id, fields in ids_of(reader, array_of(reader, wire, value)):
        name = f"{wire}[{extra_id}]"
        sent = fields_of(reader, array_of(reader, name, fields), EXTRA)
        if sent.get("checked"):
            yield extra_id, sent.get("quantity", 1), name


def _first_with(reader: Reader, shelf: Shelf, resources: Iterable[Resource], extra_id: int, name: str) -> int | None:
    """The id of the first resource that the extra goes with; None, and a fault, if there is none."""
    if extra_id not in shelf.extras:
        reader.faults.append(Fault(name, "unknown"))
        return None
    resource_id = next((resource.id for resource in resources if shelf.goes_with(extra_id, resource)), None)
    if resource_id is None:
        reader.faults.append(Fault(name, "not_served"))
    return resource_id


def _by_main_resource(
    reader: Reader, context: RenderContext, wire: str, resource_ids: Iterable[int]
) -> list[tuple[int, Any]]:
    """Pairs of main resource and value of the parameter's array, whose keys may also be requested parts."""
    requested_main_ids = {context.main_of(resource_id) for resource_id in resource_ids}
    pairs = []
    for resource_id, value in ids_of(reader, array_of(reader, wire, reader.sent.get(wire))):
        main_id = context.main_of(resource_id)
        if resource_id not in context.resources:
            reader.faults.append(Fault(f"{wire}[{resource_id}]", "unknown"))
        elif main_id in requested_main_ids:
            pairs.append((main_id, value))
        elif requested_main_ids:
            reader.faults.append(Fault(f"{wire}[{resource_id}]", "not_booked"))
    return pairs


def _bookable(reader: Reader, context: RenderContext, name: str, resource_id: int) -> Resource | None:
    """The resource; None, and a fault, if it is unknown or inventory."""
    resource = context.resources.get(resource_id)
    if resource is None:
        reader.faults.append(Fault(f"{name} {resource_id}", "unknown"))
    elif resource.kind == "inventory":
        reader.faults.append(Fault(f"{name} {resource_id}", "not_bookable"))
        return None
    return resource
