"""Where the schemas of bodies and queries have ids, and where a request has one."""

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
    for field in fields_of(kind):
        if field.encode_name in sent:
            yield from _ids_at(field.type, sent[field.encode_name], below(root, field.encode_name))


def _ids_at(info: inspect.Type, value: Any, place: str) -> Iterator[PlacedId]:
    match info:
        case inspect.Metadata() if "id" in (info.extra or {}):
            kind = (info.extra or {})["id"]
            for text in value if place.startswith("?") else [value]:
                if (number := read_id(kind, text)) is not None:
                    yield place, kind, number
        case inspect.Metadata():
            yield from _ids_at(info.type, value, place)
        case inspect.UnionType():
            for each in info.types:
                yield from _ids_at(each, value, place)
        case inspect.ListType() | inspect.VarTupleType() if place.startswith("?"):
            yield from _ids_at(info.item_type, value, place)
        case inspect.ListType() | inspect.VarTupleType() if isinstance(value, list):
            for index, each in enumerate(value):
                yield from _ids_at(info.item_type, each, below(place, index))
        case inspect.StructType() if isinstance(value, Mapping):
            yield from ids_at(info.cls, value, place)
