"""Parameters as clients send them: those without a value mean nothing, and arrays may be JSON in a text.

Everything may stand in the query, even with POST. Source: vendors/locaboo.md, 5.2.
"""

from collections.abc import Mapping
from typing import Any

import msgspec


def filled(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that have a value: one without is as if it was not sent."""
    return {name: value for name, value in params.items() if value not in (None, "")}


def unpacked(value: Any) -> Any:
    """An array or object, of which some clients send the JSON as a text; any other text stays one."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"[", "{"}:
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return value
