"""Patches: structs whose unset fields leave things as they are."""

from typing import Any

import msgspec


def changes(patch: msgspec.Struct) -> dict[str, Any]:
    """The fields of a patch that are set, by name."""
    fields = ((name, getattr(patch, name)) for name in patch.__struct_fields__)
    return {name: value for name, value in fields if value is not msgspec.UNSET}
