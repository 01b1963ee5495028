"""Where the schemas of bodies and queries have ids and other marked values, and where a request has them."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

from kalends.api.ids import read_id
from kalends.api.reading import below, fields_of

PlacedId: TypeAlias = tuple[str, str, int]
"""A place, and the kind and number of the id that it has."""


@cache
def id_places(kind: type[msgspec.Struct]) -> Mapping[str, str]:
    """By kind of thing, the place of the first field of a struct that has an id of it, `/lines/0/resource`; what is
    nested less comes first."""
    named = [place for field in fields_of(kind) for place in _id_places(field.type, f"/{field.encode_name}")]
    places: dict[str, str] = {}
    for id_kind, place in sorted(named, key=lambda each: each[1].count("/")):
        places.setdefault(id_kind, place)
    return places


def _id_places(info: inspect.Type, place: str) -> Iterator[tuple[str, str]]:
    match info:
        case inspect.Metadata() if "id" in (info.extra or {}):
            yield (info.extra or {})["id"], place
        case inspect.Metadata():
            yield from _id_places(info.type, place)
        case inspect.UnionType():
            for each in info.types:
                yield from _id_places(each, place)
        case inspect.ListType() | inspect.VarTupleType():
            yield from _id_places(info.item_type, f"{place}/0")
        case inspect.StructType():
            yield from ((kind, f"{place}{below}") for kind, below in id_places(info.cls).items())


def ids_at(kind: type[msgspec.Struct], sent: Mapping[str, Any], root: str = "") -> Iterator[PlacedId]:
    """Each place that has an id of the kind that its schema has there: of a body, or with the root `?` of a query,
    whose values are lists of texts."""
    for place, id_kind, value in values_at(kind, sent, "id", root):
        if (number := read_id(id_kind, value)) is not None:
            yield place, id_kind, number


def values_at(
    kind: type[msgspec.Struct], sent: Mapping[str, Any], mark: str, root: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """Each place for whose values the schema has this mark in `Meta(extra=...)`, with what the mark says and the value
    there, of whatever form it is. Bodies and queries as of `ids_at`."""
    for field in fields_of(kind):
        if field.encode_name in sent:
            yield from _values_at(field.type, sent[field.encode_name], mark, below(root, field.encode_name))


def _values_at(info: inspect.Type, value: Any, mark: str, place: str) -> Iterator[tuple[str, str, Any]]:
    match info:
        case inspect.Metadata() if mark in (info.extra or {}):
            for each in value if place.startswith("?") else [value]:
                yield place, (info.extra or {})[mark], each
        case inspect.Metadata():
            yield from _values_at(info.type, value, mark, place)
        case inspect.UnionType():
            for each in info.types:
                yield from _values_at(each, value, mark, place)
        case inspect.ListType() | inspect.VarTupleType() if place.startswith("?"):
            yield from _values_at(info.item_type, value, mark, place)
        case inspect.ListType() | inspect.VarTupleType() if isinstance(value, list):
            for index, each in enumerate(value):
                yield from _values_at(info.item_type, each, mark, below(place, index))
        case inspect.StructType() if isinstance(value, Mapping):
            yield from values_at(info.cls, value, mark, place)
