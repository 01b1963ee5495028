"""Patches: which fields of a thing are to be otherwise from now on.

A patch stands beside its noun (`ResourcePatch` beside `Resource`) and has its fields under the same names. Each field
defaults to UNSET, which leaves the thing as it is; None is a value, where the noun allows it. New things are made from
the same patch: what it leaves out is as usual.
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
    """The base of all patches. A subclass gives every field the default UNSET."""


def changes(patch: msgspec.Struct) -> dict[str, Any]:
    """The fields that a patch sets, by name."""
    values = ((name, getattr(patch, name)) for name in patch.__struct_fields__)
    return {name: value for name, value in values if value is not UNSET}


def patched(thing: T, patch: Patch) -> T:
    """The thing with what the patch sets: a patch within it is applied to that field, `details` are merged by door."""
    given = changes(patch)
    for name, value in given.items():
        if isinstance(value, Patch):
            given[name] = patched(getattr(thing, name), value)
        elif name == "details":
            given[name] = merged(getattr(thing, name), value)
    return msgspec.structs.replace(thing, **given)


def patch_from(kind: type[P], source: msgspec.Struct) -> P:
    """The patch that sets what another struct sets under the same names; its other fields are passed over."""
    return kind(**{name: value for name, value in changes(source).items() if name in kind.__struct_fields__})


def next_image(present: T, wanted: T, at: datetime, by: str) -> T:
    """`wanted` as it is to be kept in place of `present`; `present` itself if they differ in nothing but their stamps.

    This is the one place that decides whether something has changed: who writes back what was read changes nothing.
    """
    image = stamped(present, wanted, at, by)
    stamps = {name: getattr(present, name) for name in _STAMPS if name in present.__struct_fields__}
    return present if msgspec.structs.replace(image, **stamps) == present else image


def stamped(present: T, wanted: T, at: datetime, by: str) -> T:
    """`wanted` with the revision after that of `present`, and when and by whom it was made, as far as the struct has
    fields for them."""
    following = {"revision": getattr(present, "revision", 0) + 1, "updated_at": at, "updated_by": by}
    return msgspec.structs.replace(
        wanted, **{name: value for name, value in following.items() if name in present.__struct_fields__}
    )
