"""Patches of what was sent."""

from collections.abc import Mapping
from functools import lru_cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from kalends.engine.patch import Patch

P = TypeVar("P", bound=Patch)


def patch_of(kind: type[P], fields: Mapping[str, Any]) -> P:
    """The patch that sets these fields, all of which it knows. A null leaves as it is what can't be null."""
    nullable = _nullable(kind)
    return kind(**{name: value for name, value in fields.items() if value is not None or name in nullable})


@lru_cache
def _nullable(kind: type[Patch]) -> frozenset[str]:
    return frozenset(name for name, hint in get_type_hints(kind).items() if NoneType in get_args(hint))
