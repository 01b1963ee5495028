"""Refuses to change a record that is at another version than the caller expects.

A door sets `Context.expected`. Each action that changes a record checks it once the record is locked, or, where the
guard notices any change between plan and commit, once it is loaded. `save` does so for the records that it writes.
"""

from typing import Any

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.engine.refusals import Outdated
from kalends.engine.version import kind_of, version_of


@internal
def check_expected(ctx: Context, record: Any) -> None:
    """Check a record with an `id`. Raises Outdated if the caller expects another version of it."""
    if ctx.expected is not None:
        check_version(ctx, kind_of(record), record.id, version_of(record))


@internal
def as_expected(ctx: Context, record: Any) -> Context:
    """The context in which a record that is locked may be written more than once: without what is expected of it.

    Raises Outdated if the caller expects another version of it.
    """
    check_expected(ctx, record)
    return msgspec.structs.replace(ctx, expected=None)


@internal
def check_version(ctx: Context, kind: str, record_id: int, version: str) -> None:
    """Check the version of a record of this kind. Raises Outdated if the caller expects another version of it."""
    expected = ctx.expected
    if expected is None or (expected.kind, expected.id) != (kind, record_id):
        return
    expected.checked = True
    if version not in expected.versions:
        raise Outdated()
