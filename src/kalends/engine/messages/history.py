"""What has happened to an item so far, as far as calendars and messages tell of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.time.span import Span

TIMES = ("starts_at", "ends_at")
TOLD_TO_CALENDARS = (*TIMES, "resource_id", "also_resource_ids", "site_id", "session_id", "state")
"""The fields whose changes calendars are told of: time, place and state."""


class PastChange(msgspec.Struct, frozen=True):
    """A change of one or more of the fields TOLD_TO_CALENDARS: the revision it led to, and the changed fields before
    it, with times in ISO 8601."""

    item_id: int
    revision: int
    before: Mapping[str, Any]


def unknown_since(changed: Mapping[int, int], told: Mapping[int, int]) -> dict[int, int]:
    """From which revision on a recipient does not know of items, by their ids: those at which they were `changed`, or
    earlier ones after the last of which the recipient was `told`."""
    return {item_id: min(revision, told.get(item_id, revision) + 1) for item_id, revision in changed.items()}


def time_before(item: Item, changes: Iterable[PastChange], since: int) -> Span | None:
    """When an item was before its revision `since`, if its time has changed from then on; None if it has not."""
    before: dict[str, datetime] = {}
    for change in sorted(changes, key=lambda change: change.revision):
        if change.revision >= since:
            for name in TIMES:
                if name in change.before:
                    before.setdefault(name, msgspec.convert(change.before[name], datetime))
    span = Span(before.get("starts_at", item.starts_at), before.get("ends_at", item.ends_at))
    return None if span == Span(item.starts_at, item.ends_at) else span


def is_undone(item: Item, changes: Iterable[PastChange], since: int) -> bool:
    """Whether what happened to an item from its revision `since` on, 0 when it was made, came to nothing.

    Its time, place or state changed, and all of that was changed back; or it took no time before and takes none now.
    """
    before = _before(changes, since)
    was_active = since > 0 and before.get("state", item.state) in ACTIVE
    if not was_active and item.state not in ACTIVE:
        return True
    return since > 0 and bool(before) and all(_is_same(getattr(item, name), value) for name, value in before.items())


def _before(changes: Iterable[PastChange], since: int) -> dict[str, Any]:
    """The fields TOLD_TO_CALENDARS that have changed from revision `since` on, as they were before."""
    before: dict[str, Any] = {}
    for change in sorted(changes, key=lambda change: change.revision):
        if change.revision >= since:
            for name, value in change.before.items():
                if name in TOLD_TO_CALENDARS:
                    before.setdefault(name, value)
    return before


def _is_same(value: Any, stored: Any) -> bool:
    """Whether a field has the value that the journal has of it."""
    return (
        bool(msgspec.convert(stored, type(value)) == value)
        if value is not None and stored is not None
        else (value is stored)
    )
