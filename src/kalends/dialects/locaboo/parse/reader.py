"""Reads parameters as clients send them: blank ones count as not sent.

All of them may be in the query, even with POST. Source: vendors/locaboo.md, 5.2.
"""

from collections.abc import Mapping
from typing import Any


def filled(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters without those that are null or ""."""
    return {name: value for name, value in params.items() if value not in (None, "")}
