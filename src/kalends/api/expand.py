"""`expand`: ids in an answer are replaced by what they name, one query for each relation.

The relations of an operation are its `expansions`: `customer`, or `items.resource` for the resource of each item.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.actions.context import Context
from kalends.api.operations import Operation
from kalends.engine.refusals import Fault

Expand: TypeAlias = Annotated[list[str] | UnsetType, Meta(description="Relations to show in full, by commas.")]
"""The parameter of operations that expand ids. Lists, which have another base, have it as a field of their own."""


class Expandable(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of operations that expand ids."""

    expand: Expand = UNSET


def expand_faults(operation: Operation, params: Any) -> list[Fault]:
    """Not_included for `expand`, if the operation has no such relation."""
    return [] if _names(params) <= operation.expansions.keys() else [Fault("?expand", "not_included")]


async def expanded(operation: Operation, ctx: Context, params: Any, value: msgspec.Struct) -> Any:
    """The value, with what `params.expand` names in full."""
    names = _names(params)
    if not names:
        return value
    tree = msgspec.to_builtins(value, builtin_types=(bytes,))
    for name in sorted(names, key=lambda path: path.count(".")):
        places = list(_places(tree.get("data", tree), name.split(".")))
        ids = list(dict.fromkeys(each for holder, field in places for each in _ids(holder[field])))
        if ids:
            records = await operation.expansions[name].load(ctx, ids)
            for holder, field in places:
                holder[field] = _replaced(holder[field], records)
    return tree


def _places(tree: Any, path: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """Each object, and its field, to which the path leads."""
    if isinstance(tree, list):
        for each in tree:
            yield from _places(each, path)
    elif isinstance(tree, dict) and path[0] in tree:
        if len(path) == 1:
            yield tree, path[0]
        else:
            yield from _places(tree[path[0]], path[1:])


def _ids(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _replaced(value: Any, records: Mapping[str, msgspec.Struct]) -> Any:
    if isinstance(value, list):
        return [_replaced(each, records) for each in value]
    record = records.get(value) if isinstance(value, str) else None
    return value if record is None else msgspec.to_builtins(record)


def _names(params: Any) -> set[str]:
    names = getattr(params, "expand", UNSET)
    return set() if names is UNSET else set(names)
