"""Reads JSON and query strings into structs, and names all faults at once.

A schema is a msgspec struct. msgspec itself stops at the first fault, so each struct is read field by field here, by
readers that are made from its types once. A fault is named by its place: `/lines/0/from` in a body (RFC 6901), `?limit`
in a query. Fields and parameters that a schema does not have are refused.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from kalends.api.values import LEAVES, MARKED, Faults, Read
from kalends.engine.refusals import Fault

T = TypeVar("T", bound=msgspec.Struct)


def read_body(kind: type[T], sent: Mapping[str, Any], faults: Faults) -> T:
    """The body as a struct; worth nothing if there are faults afterwards.

    Adds faults (blank: missing or null; unsupported: no such field; invalid, not_a_number, not_included, out_of_range,
    too_long, too_short, too_many; unknown: not an id of this kind). Raises SkippedTime, RepeatedTime.
    """
    value: T = _struct_reader(kind, False)(sent, "", faults)
    return value


def read_parameters(kind: type[T], pairs: Sequence[tuple[str, str]], path: Mapping[str, Any], faults: Faults) -> T:
    """The parameters of a query as a struct; `path` are values of its fields that are known. Faults as of `read_body`.

    A parameter of many values is repeated, or has them separated by commas; any other may be there once.
    """
    fields = {field.encode_name: field for field in fields_of(kind)}
    sent: dict[str, Any] = {}
    for name, text in pairs:
        field = fields.get(name)
        if field is not None and _is_list(field.type):
            sent.setdefault(name, []).extend(part for part in text.split(",") if part)
        elif name in sent or name in path:
            faults.append(Fault(f"?{name}", "too_many"))
        else:
            sent[name] = text
    value: T = _struct_reader(kind, True)(sent, "?", faults, path)
    return value


@cache
def fields_of(kind: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    """The fields of a struct with their types, as msgspec describes them."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return info.fields


@cache
def field_kinds(kind: type[msgspec.Struct]) -> Mapping[str, str]:
    """By name, the kinds of things whose ids the fields of a struct are."""
    marks = {field.encode_name: field.type for field in fields_of(kind)}
    extras = {name: info.extra or {} for name, info in marks.items() if isinstance(info, inspect.Metadata)}
    return {name: extra["id"] for name, extra in extras.items() if "id" in extra}


@cache
def path_to(kind: type[msgspec.Struct], name: str) -> str:
    """The place of the field with this name, `/title`; if the struct has none, that of an object in it, such as
    `/customer_details/email`."""
    own = {field.encode_name for field in fields_of(kind)}
    for field in fields_of(kind) if name not in own else ():
        inner = _struct_in(field.type)
        if inner is not None and name in {each.encode_name for each in fields_of(inner)}:
            return f"/{field.encode_name}/{name}"
    return f"/{name}"


@cache
def path_to_lines(kind: type[msgspec.Struct]) -> str | None:
    """The place of the list of objects that a struct has, `/lines`; None if it has none."""
    lists = (field for field in fields_of(kind) if (inner := _element_of(field.type)) and _struct_in(inner))
    return next((f"/{field.encode_name}" for field in lists), None)


def _element_of(info: inspect.Type) -> inspect.Type | None:
    """What the list has that a type is, or may be."""
    match info:
        case inspect.Metadata():
            return _element_of(info.type)
        case inspect.UnionType():
            return next((found for each in info.types if (found := _element_of(each))), None)
        case inspect.ListType() | inspect.VarTupleType():
            return info.item_type
    return None


def _struct_in(info: inspect.Type) -> type[msgspec.Struct] | None:
    """The struct that a type is, or may be."""
    match info:
        case inspect.Metadata():
            return _struct_in(info.type)
        case inspect.UnionType():
            return next((found for each in info.types if (found := _struct_in(each))), None)
        case inspect.StructType():
            return info.cls
    return None


@cache
def has_moments(kind: type[msgspec.Struct]) -> bool:
    """Whether a struct, or one that it contains, has a field for a moment."""
    return any(_is_moment(field.type) for field in fields_of(kind))


def _is_moment(info: inspect.Type) -> bool:
    match info:
        case inspect.Metadata():
            return "moment" in (info.extra or {}) or _is_moment(info.type)
        case inspect.UnionType():
            return any(map(_is_moment, info.types))
        case inspect.ListType() | inspect.VarTupleType():
            return _is_moment(info.item_type)
        case inspect.StructType():
            return has_moments(info.cls)
    return False


def _is_list(info: inspect.Type) -> bool:
    if isinstance(info, inspect.UnionType):
        return any(_is_list(each) for each in info.types)
    if isinstance(info, inspect.Metadata):
        return _is_list(info.type)
    return isinstance(info, inspect.ListType | inspect.VarTupleType)


@cache
def _struct_reader(kind: type[msgspec.Struct], is_text: bool) -> Callable[..., Any]:
    """The reader of a struct. `is_text`: from a query, where every value is a text."""
    fields = fields_of(kind)
    readers = {field.encode_name: (field, _reader(field.type, is_text)) for field in fields}

    def read(sent: Any, place: str, faults: Faults, known: Mapping[str, Any] = {}) -> Any:
        if not isinstance(sent, Mapping):
            faults.append(Fault(place, "invalid"))
            return None
        values: dict[str, Any] = {readers[name][0].name: value for name, value in known.items()}
        for name, value in sent.items():
            if name not in readers:
                faults.append(Fault(below(place, name), "unsupported"))
            elif (field := readers[name][0]).name not in values:
                values[field.name] = readers[name][1](value, below(place, name), faults)
        missing = [field for field in fields if field.required and field.name not in values]
        faults += [Fault(below(place, field.encode_name), "blank") for field in missing]
        return None if missing or faults else kind(**values)

    return read


def below(place: str, name: object) -> str:
    """The place of what is in a place: of a field, an element of a list, or a parameter of the query `?`."""
    if place == "?":
        return f"?{name}"
    return f"{place}/{str(name).replace('~', '~0').replace('/', '~1')}"


def _reader(info: inspect.Type, is_text: bool) -> Read:
    """The reader of a type, as schemas use it. Raises TypeError for others."""
    if isinstance(info, inspect.UnionType):
        return _optional(info, is_text)
    if isinstance(info, inspect.Metadata):
        for name, make in MARKED.items():
            if info.extra and name in info.extra:
                return make(info.extra[name])
        return _reader(info.type, is_text)
    if isinstance(info, inspect.StructType):
        return _struct_reader(info.cls, False)
    if isinstance(info, inspect.ListType | inspect.VarTupleType):
        return _list_reader(info, is_text)
    if isinstance(info, inspect.DictType):
        return _dict_reader(_reader(info.value_type, is_text))
    make_leaf = LEAVES.get(type(info))
    if make_leaf is None:
        raise TypeError(f"schemas can't have this type: {info}")
    return make_leaf(info, is_text)


def _optional(info: inspect.UnionType, is_text: bool) -> Read:
    """A type or null; or an object or something else, such as the id of a customer or a new one."""
    types = [each for each in info.types if not isinstance(each, inspect.NoneType)]
    objects = [each for each in types if isinstance(each, inspect.StructType)]
    others = [each for each in types if not isinstance(each, inspect.StructType)]
    if len(objects) > 1 or len(others) > 1:
        raise TypeError(f"schemas can't have this union: {info}")
    takes_null = len(types) < len(info.types)
    read_object, read_other = (_reader((each or types)[0], is_text) for each in (objects, others))

    def read(value: Any, place: str, faults: Faults) -> Any:
        if value is None and takes_null:
            return None
        return (read_object if isinstance(value, dict) else read_other)(value, place, faults)

    return read


def _list_reader(info: Any, is_text: bool) -> Read:
    read, most, least = _reader(info.item_type, is_text), info.max_length, info.min_length or 0
    as_type: type = tuple if isinstance(info, inspect.VarTupleType) else list

    def read_list(value: Any, place: str, faults: Faults) -> Any:
        if not isinstance(value, list):
            faults.append(Fault(place, "blank" if value is None else "invalid"))
        elif most is not None and len(value) > most:
            faults.append(Fault(place, "too_many"))
        elif len(value) < least:
            faults.append(Fault(place, "blank"))
        else:
            places = (place if is_text else below(place, index) for index in range(len(value)))
            return as_type(read(each, where, faults) for each, where in zip(value, places, strict=True))
        return None

    return read_list


def _dict_reader(read: Read) -> Read:
    def read_dict(value: Any, place: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            faults.append(Fault(place, "blank" if value is None else "invalid"))
            return None
        return {name: read(each, below(place, name), faults) for name, each in value.items()}

    return read_dict
