"""Samples of schemas, made from the examples of their fields."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from kalends.api.reading import fields_of

_KNOWN: Mapping[type, Callable[[Any], Any]] = {
    inspect.AnyType: lambda info: {},
    inspect.BoolType: lambda info: True,
    inspect.DateType: lambda info: "2027-03-01",
    inspect.DecimalType: lambda info: "1",
    inspect.DictType: lambda info: {},
    inspect.LiteralType: lambda info: info.values[0],
    inspect.StructType: lambda info: _object(info.cls),
    inspect.ListType: lambda info: [sample(info.item_type)],
    inspect.VarTupleType: lambda info: [sample(info.item_type)],
    inspect.UnionType: lambda info: sample(_first(info)),
}


def _object(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return sample_of(kind)


@cache
def sample_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """An object as it is on the wire. Raises LookupError for a field that has no example and needs one."""
    values = {}
    for field in fields_of(kind):
        try:
            values[field.encode_name] = sample(field.type)
        except LookupError as error:
            raise LookupError(f"{kind.__name__}.{field.name}: {error}") from error
    return values


def sample(info: inspect.Type) -> Any:
    """A value of a type. Raises LookupError if the type has no example and needs one."""
    if isinstance(info, inspect.Metadata):
        examples = (info.extra_json_schema or {}).get("examples")
        return examples[0] if examples else sample(info.type)
    make = _KNOWN.get(type(info))
    if make is None:
        raise LookupError(f"no example of {info}")
    return make(info)


def _first(info: inspect.UnionType) -> inspect.Type:
    """The first of the types that is not null."""
    return next(each for each in info.types if not isinstance(each, inspect.NoneType))
