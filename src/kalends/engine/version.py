"""Versions of records: a short text that is another one after each change, and the version that a caller expects."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec

_INNER_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_DIGEST_BYTES = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Expected(msgspec.Struct):
    """One of these versions of a record, which a caller has read and wants to change. `kind` is as of `kind_of`.

    `checked` says that an action has compared it, so that an expectation that nobody looks at is not forgotten.
    """

    kind: str
    id: int
    versions: frozenset[str]
    checked: bool = False


def kind_of(record: msgspec.Struct) -> str:
    """The record's type in snake case, as the journal has it: `resource`, `service`, `customer_group`."""
    return _INNER_CAPITAL.sub("_", type(record).__name__).lower()


def version_of(record: Any) -> str:
    """The version of a record: its revision, or where it has none the microsecond of its last change, or where that is
    not known either a digest of what it is."""
    revision: int | None = getattr(record, "revision", None)
    updated_at: datetime | None = getattr(record, "updated_at", None)
    if revision is not None:
        return str(revision)
    if updated_at is not None:
        return format((updated_at - _EPOCH) // timedelta(microseconds=1), "x")
    return blake2b(msgspec.json.encode(record, order="deterministic"), digest_size=_DIGEST_BYTES).hexdigest()
