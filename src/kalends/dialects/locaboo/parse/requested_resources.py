"""Which resources and parts a booking takes, and what goes with each. Source: the page's booking_add."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kalends.dialects.kit.nested import listed
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.bookings import EXTRA
from kalends.dialects.locaboo.fields.view import RenderContext, Shelf
from kalends.dialects.locaboo.parse.arrays import array_of, fields_of, id_of, ids_of, require
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.catalog.custom_field import kept_values, why_unfit
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Fault


def read_resources(reader: Reader, view: RenderContext, main_id: int | None) -> tuple[RequestedResource, ...]:
    """The parts that are named, or the main resource itself where none is, the main resource's first."""
    require(reader, "main_resource")
    chosen: dict[int, list[int]] = {}
    if main_id is not None and _resource(reader, view, "main_resource", main_id):
        chosen[main_id] = []
    for whole_id, value in ids_of(reader, array_of(reader, "resource_parts", reader.sent.get("resource_parts"))):
        name = f"resource_parts[{whole_id}]"
        if whole := _resource(reader, view, name, whole_id):
            chosen[whole_id] = [part.id for part in _parts(reader, view, whole, listed(value), name)]
    taken = _widest(view, [place for whole_id, parts in chosen.items() for place in parts or [whole_id]])
    return _with_extras(reader, view, taken)


def read_custom_fields(
    reader: Reader, view: RenderContext, places: Iterable[RequestedResource]
) -> dict[str, dict[str, str]]:
    """The values of the account's own fields, by main resource and field, as texts so that they can be kept as JSON."""
    found: dict[str, dict[str, str]] = {}
    for main_id, value in _by_main(reader, view, "category_fields", [place.resource_id for place in places]):
        name = f"category_fields[{main_id}]"
        for field_id, text in ids_of(reader, array_of(reader, name, value)):
            field = view.custom_fields.get(field_id)
            reason = why_unfit(field, text) if field else "unknown"
            if field is None or reason:
                reader.faults.append(Fault(f"{name}[{field_id}]", reason or "unknown"))
            else:
                kept = kept_values([field], {field_id: text})[field_id]
                found.setdefault(str(main_id), {})[str(field_id)] = kept or ""
    return found


def _parts(reader: Reader, view: RenderContext, whole: Resource, values: Sequence[Any], name: str) -> list[Resource]:
    parts = []
    for value in values:
        part_id = id_of(reader, name, value)
        part = _resource(reader, view, name, part_id) if part_id is not None else None
        if part and whole.id not in part.path:
            reader.faults.append(Fault(f"{name} {part.id}", "not_part"))
        elif part:
            parts.append(part)
    return parts


def _widest(view: RenderContext, ids: Sequence[int]) -> list[int]:
    """Each once, and no part of what is taken as a whole anyway."""
    taken = dict.fromkeys(ids)
    return [one for one in taken if not any(above in taken for above in view.resources[one].path[:-1])]


def _with_extras(reader: Reader, view: RenderContext, ids: Sequence[int]) -> tuple[RequestedResource, ...]:
    """The places, each with its extras.

    What is to go with a main resource goes with the first of its places that can have it, so that it is taken once.
    """
    extras: dict[int, list[Extra]] = {one: [] for one in ids}
    for wire, shelf, kind in (("inventory", view.inventory, "resource_id"), ("services", view.services, "service_id")):
        for main_id, value in _by_main(reader, view, wire, ids):
            places = [view.resources[one] for one in ids if view.main_of(one) == main_id]
            for thing_id, units, name in _checked(reader, f"{wire}[{main_id}]", value):
                if place := _first_with(reader, shelf, places, thing_id, name):
                    extras[place].append(Extra(units, **{kind: thing_id}))
    return tuple(RequestedResource(one, tuple(extras[one])) for one in ids)


def _checked(reader: Reader, wire: str, value: Any) -> Iterator[tuple[int, int, str]]:
    """What is checked of an array of extras: the thing, how many of it, and what its array is called."""
    for thing_id, about in ids_of(reader, array_of(reader, wire, value)):
        name = f"{wire}[{thing_id}]"
        sent = fields_of(reader, array_of(reader, name, about), EXTRA)
        if sent.get("checked"):
            yield thing_id, sent.get("quantity", 1), name


def _first_with(reader: Reader, shelf: Shelf, places: Iterable[Resource], thing_id: int, name: str) -> int | None:
    """The first of the places that the thing goes with; None, and a fault, when there is none."""
    if thing_id not in shelf.things:
        reader.faults.append(Fault(name, "unknown"))
        return None
    place = next((one.id for one in places if shelf.goes(thing_id, one)), None)
    if place is None:
        reader.faults.append(Fault(name, "not_served"))
    return place


def _by_main(reader: Reader, view: RenderContext, wire: str, ids: Iterable[int]) -> list[tuple[int, Any]]:
    """The array of the parameter by main resource, whose key may also be one of the places that are booked."""
    mains = {view.main_of(one) for one in ids}
    found = []
    for resource_id, value in ids_of(reader, array_of(reader, wire, reader.sent.get(wire))):
        main_id = view.main_of(resource_id)
        if resource_id not in view.resources:
            reader.faults.append(Fault(f"{wire}[{resource_id}]", "unknown"))
        elif main_id in mains:
            found.append((main_id, value))
        elif mains:
            reader.faults.append(Fault(f"{wire}[{resource_id}]", "not_booked"))
    return found


def _resource(reader: Reader, view: RenderContext, name: str, resource_id: int) -> Resource | None:
    """The resource, which must be one that can be booked; None, and a fault, when it is not."""
    resource = view.resources.get(resource_id)
    if resource is None:
        reader.faults.append(Fault(f"{name} {resource_id}", "unknown"))
    elif resource.kind == "inventory":
        reader.faults.append(Fault(f"{name} {resource_id}", "not_bookable"))
        return None
    return resource
