"""Vendor fields that a door keeps with a record although the engine has no use for them, under the door's name."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET


def merged(current: Mapping[str, Any], updates: Mapping[str, Any]) -> dict[str, Any]:
    """The details of all doors with `updates` (fields by door) applied field by field. UNSET removes a field.

    A door without details that stores no field gets no entry.
    """
    details = dict(current)
    for door, fields in updates.items():
        all_fields = {**current.get(door, {}), **fields}
        kept_fields = {name: value for name, value in all_fields.items() if value is not UNSET}
        if kept_fields or door in current:
            details[door] = kept_fields
    return details
