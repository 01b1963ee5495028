"""Reads parameters as clients send them: blank ones count as not sent, and arrays may come as JSON in a text.

All of them may be in the query, even with POST. Source: vendors/locaboo.md, 5.2.
"""

from collections.abc import Mapping
from typing import Any

import msgspec


def filled(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters without those that are null or ""."""
    return {name: value for name, value in params.items() if value not in (None, "")}


def decoded(value: Any) -> Any:
    """The array or object of a text that is its JSON; any other value unchanged."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"[", "{"}:
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return value
