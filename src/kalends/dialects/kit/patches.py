"""Makes engine patches from the fields of a request."""

from collections.abc import Mapping
from functools import lru_cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from kalends.engine.patch import Patch

P = TypeVar("P", bound=Patch)


def patch_of(patch_type: type[P], fields: Mapping[str, Any]) -> P:
    """A patch that sets these fields, by the engine's names. A null for a field that can't be null changes nothing."""
    nullable = _nullable_fields(patch_type)
    return patch_type(**{name: value for name, value in fields.items() if value is not None or name in nullable})


@lru_cache
def _nullable_fields(patch_type: type[Patch]) -> frozenset[str]:
    return frozenset(name for name, hint in get_type_hints(patch_type).items() if NoneType in get_args(hint))
