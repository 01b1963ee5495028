"""Where a request has what is wrong with it: the engine names its own fields, and ids that are of nothing; here they
become the pointers and parameters of an operation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kalends.api.id_fields import PlacedId, id_places, ids_at
from kalends.api.ids import write_id
from kalends.api.operations import Operation
from kalends.api.reading import field_kinds, path_to, path_to_lines
from kalends.engine import refusals
from kalends.engine.all_refusals import Several
from kalends.engine.refusals import Fault, Refusal

NAMES: Mapping[str, str] = {
    "starts_at": "from",
    "ends_at": "to",
    "holiday_calendar_id": "holiday_calendar",
    "site_id": "site",
    "resource_id": "resource",
    "service_id": "service",
    "customer_id": "customer",
    "session_id": "session",
    "parent_id": "parent",
    "also_resource_ids": "also",
    "category_id": "category",
    "user_id": "user",
}
"""The usual names of the engine's fields; an operation has its own in `names`."""
KINDS: Mapping[str, str] = {"customer_group": "group", "event": "occasion"}
"""What is not found, by the engine's name -> its kind in `ids.PREFIXES`, where that is another one."""
ENGINE_KINDS: Mapping[str, str] = {kind: what for what, kind in KINDS.items()}
_OF_FIELD = "custom_field "
"""How the engine names the value of a custom field; here it is in `values`, under the id of the field."""


class Asked(msgspec.Struct):
    """A request of an operation, as far as it has been read: the ids in its path by their kind, the pairs of its query,
    and its body."""

    operation: Operation
    path: Mapping[str, Any] = {}
    query: Sequence[tuple[str, str]] = ()
    body: Mapping[str, Any] = {}


def place_of(field: str, operation: Operation | None) -> tuple[str | None, str | None]:
    """Pointer and parameter of a field, one of them None: of a place as `reading` names it, or of an engine's field."""
    if field.startswith("?"):
        return None, field[1:]
    if field.startswith("/") or field == "":
        return field, None
    if field.startswith(_OF_FIELD):
        return f"/values/{write_id('custom_field', int(field.removeprefix(_OF_FIELD)))}", None
    names = NAMES if operation is None else {**NAMES, **operation.names}
    name = names.get(field, field)
    if operation is not None and operation.body is None:
        return None, name
    return f"/{name}" if operation is None else path_to(operation.body, name), None


def with_place(error: Exception, asked: Asked | None) -> Exception:
    """The error; where a thing is not found that the body or the query names, it is a fault of that field.

    Several refusals are the faults of all, each of its line, unless what the path names is not found.
    """
    match error:
        case Several():
            for each in error.refusals:
                if isinstance(each, refusals.NotFound) and asked and _is_in_path(each, asked):
                    return each
            faults = (fault for each in error.refusals for fault in _faults_of(each, asked))
            return refusals.Invalid(*dict.fromkeys(faults))
        case refusals.Invalid() if error.line is not None:
            return refusals.Invalid(*_faults_of(error, asked))
        case refusals.NotFound() if _places_named(error, asked):
            return refusals.Invalid(*_faults_of(error, asked))
    return error


def _faults_of(refusal: Refusal, asked: Asked | None) -> Sequence[Fault]:
    """The faults of a refusal, at the line that it is about; one that is about no field is one of the whole."""
    match refusal:
        case refusals.Invalid():
            faults: Sequence[Fault] = refusal.faults
        case refusals.NotFound():
            places = _places_named(refusal, asked) or [f"{refusal.what}_id"]
            faults = [Fault(place, "unknown") for place in places]
        case refusals.Retired():
            faults = (Fault(f"{refusal.what}_id", refusal.code),)
        case refusals.NotServed():
            faults = (Fault("service_id", "not_served"),)
        case refusals.TooMany():
            faults = (Fault("units", "too_many"),)
        case refusals.Duplicate():
            faults = (Fault(refusal.field, "taken"),)
        case _:
            faults = (Fault("", refusal.code),)
    return [Fault(_at_line(fault.field, refusal.line, asked), fault.reason) for fault in faults]


def _places_named(missing: refusals.NotFound, asked: Asked | None) -> list[str]:
    """Where the body or the query names what was not found; none if neither does.

    It is every place that has this id, and if none has it, the first field for such ids.
    """
    if asked is None or (missing.which is not None and missing.which == asked.path.get(_kind(missing))):
        return []
    operation = asked.operation
    if missing.what == "custom_field" and operation.body and "values" in operation.body.__struct_fields__:
        return [place_of(f"{_OF_FIELD}{missing.which}", operation)[0] or ""]
    places = list(_places_of_id(missing, asked))
    if missing.line is not None:
        lines = f"{_lines_of(asked)}/{missing.line}/"
        places = [place for place in places if place.startswith(lines)] or places
    if places or _is_in_path(missing, asked):
        return places
    first = _places_in_query(operation).get(_kind(missing))
    if operation.body is not None:
        first = id_places(operation.body).get(_kind(missing), first)
    return [] if first is None else [first]


def _places_of_id(missing: refusals.NotFound, asked: Asked) -> Iterator[str]:
    """Each place that has the id of what was not found."""
    named = (_kind(missing), missing.which)
    yield from (place for place, *each in named_ids(asked) if (*each,) == named)


def named_ids(asked: Asked) -> Iterator[PlacedId]:
    """Each place of body and query that has an id, and what that is of."""
    operation = asked.operation
    if operation.body is not None:
        yield from ids_at(operation.body, asked.body)
    if operation.params is not None:
        query: dict[str, list[str]] = {}
        for name, text in asked.query:
            query.setdefault(name, []).extend(text.split(","))
        yield from ids_at(operation.params, query, "?")


def _is_in_path(missing: refusals.NotFound, asked: Asked) -> bool:
    """Whether the path has an id of the kind of what was not found, and nothing else names it."""
    kinds = field_kinds(asked.operation.params) if asked.operation.params else {}
    in_path = {kind for name, kind in kinds.items() if f"{{{name}}}" in asked.operation.path}
    return _kind(missing) in in_path and not list(_places_of_id(missing, asked))


def _kind(missing: refusals.NotFound) -> str:
    return KINDS.get(missing.what, missing.what)


def _at_line(field: str, line: int | None, asked: Asked | None) -> str:
    """The field; of a line its pointer, `/lines/2/resource`, where the body has lines."""
    lines = _lines_of(asked)
    if line is None or lines is None or asked is None or field.startswith(f"{lines}/{line}/"):
        return field
    pointer, _ = place_of(field, asked.operation)
    return f"{lines}/{line}{(pointer or '').removeprefix(f'{lines}/0')}"


def _lines_of(asked: Asked | None) -> str | None:
    return path_to_lines(asked.operation.body) if asked and asked.operation.body else None


def _places_in_query(operation: Operation) -> Mapping[str, str]:
    places = id_places(operation.params) if operation.params else {}
    return {kind: f"?{place.split('/')[1]}" for kind, place in places.items()}
