"""What a door keeps of its own: fields that the engine has no use for, under the door's name."""

from collections.abc import Mapping
from typing import Any


def merged(present: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The details of all doors, those given replaced field by field."""
    return {**present, **{door: {**present.get(door, {}), **fields} for door, fields in given.items()}}
