"""Arrays in form fields: as PHP nests them, or as the text of their JSON."""

from typing import Any

import msgspec

from kalends.dialects.kit import nested


def decoded(value: Any) -> Any:
    """The array or object of a text that is its JSON; any other value unchanged."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"[", "{"}:
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return value


def array_values(value: Any) -> list[Any]:
    """As `nested.array_values`, also of an array that comes as JSON."""
    return nested.array_values(decoded(value))


def keyed_array(value: Any) -> dict[str, Any] | None:
    """As `nested.keyed_array`, also of an array that comes as JSON."""
    return nested.keyed_array(decoded(value))
