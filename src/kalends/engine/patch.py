"""Patches: partial updates of records.

A patch is defined beside its record (`ResourcePatch` beside `Resource`) and has fields of the same names. Each field
defaults to UNSET, which leaves the record's field as it is; None is a value, where the record allows it. New records
are created from the same patch: an UNSET field gets its default.
"""

from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from kalends.engine.details import merged

T = TypeVar("T", bound=msgspec.Struct)
P = TypeVar("P", bound="Patch")
_STAMPS = ("revision", "updated_at", "updated_by")


class Patch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base class of all patches. A subclass gives every field the default UNSET."""


def changes(patch: msgspec.Struct) -> dict[str, Any]:
    """The fields that are not UNSET, by name."""
    values = ((name, getattr(patch, name)) for name in patch.__struct_fields__)
    return {name: value for name, value in values if value is not UNSET}


def patched(record: T, patch: Patch) -> T:
    """The record with the patch's fields. A nested patch is applied to that field; `details` are merged per door."""
    values = changes(patch)
    for name, value in values.items():
        if isinstance(value, Patch):
            values[name] = patched(getattr(record, name), value)
        elif name == "details":
            values[name] = merged(getattr(record, name), value)
    return msgspec.structs.replace(record, **values)


def patch_from(kind: type[P], source: msgspec.Struct) -> P:
    """A patch of type `kind` with the fields that `source` sets under the same names; others are ignored."""
    return kind(**{name: value for name, value in changes(source).items() if name in kind.__struct_fields__})


def next_revision(current: T, changed: T, at: datetime, by: str) -> T:
    """`changed` stamped as the next revision of `current`; `current` itself if nothing but the stamps differs.

    This is the one place that decides whether a record has changed: writing back what was read changes nothing.
    """
    image = stamped(current, changed, at, by)
    current_stamps = {name: getattr(current, name) for name in _STAMPS if name in current.__struct_fields__}
    return current if msgspec.structs.replace(image, **current_stamps) == current else image


def stamped(current: T, changed: T, at: datetime, by: str) -> T:
    """`changed` with the revision after that of `current`, `updated_at` and `updated_by`, where the struct has them."""
    stamps = {"revision": getattr(current, "revision", 0) + 1, "updated_at": at, "updated_by": by}
    return msgspec.structs.replace(
        changed, **{name: value for name, value in stamps.items() if name in current.__struct_fields__}
    )


def is_same(value: Any, stored: Any) -> bool:
    """Whether a value is the stored one; moments are shown in whole seconds, and come back so."""
    if isinstance(value, datetime) and isinstance(stored, datetime) and not value.microsecond:
        return value == stored.replace(microsecond=0)
    return bool(value == stored)
