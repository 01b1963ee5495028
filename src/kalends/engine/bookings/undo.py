"""Takes the last change of an item back: its fields are again what the journal has of them from before."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import Author, Change
from kalends.engine.bookings.item_changes import ItemChange, check_reopened, revised
from kalends.engine.bookings.references import ReferenceIds, named_ids
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.bookings.views import ItemView

_NOT_RESTORED = {"account_id", "id", "booking_id", "revision", "created_at", "created_by", "updated_at", "updated_by"}
_TYPES = {field.name: field.type for field in msgspec.structs.fields(Item) if field.name not in _NOT_RESTORED}
_MOVES = {"starts_at", "ends_at", "resource_id", "also_resource_ids"}
_STATES: Mapping[str, str] = {"cancelled": "cancelled", "deleted": "cancelled", "declined": "declined"}


class Undoable(msgspec.Struct, frozen=True):
    """The last change of an item, or its making, which can still be taken back."""

    view: ItemView
    change: Change

    @property
    def is_new(self) -> bool:
        """Whether the item was made by it."""
        return self.change.before is None

    @property
    def what(self) -> str:
        """What it has done: booked, moved, cancelled, declined, confirmed, restored, changed, unmarked, or the new
        mark."""
        if self.is_new:
            return "booked"
        before, item = self.change.before or {}, self.view.item
        if "state" in before:
            confirmed = "confirmed" if before["state"] in ("draft", *ACTIVE) else "restored"
            return _STATES.get(item.state, confirmed)
        if "status" in before:
            return item.status or "unmarked"
        return "moved" if before.keys() & _MOVES else "changed"


def restored(undoable: Undoable, author: Author) -> ItemChange:
    """The item as it was before its last change. Raises Retired(session) for a seat in a session that is no more."""
    before = undoable.change.before or {}
    fields = {name: _as_field(name, value) for name, value in before.items() if name in _TYPES}
    item = revised(undoable.view.item, author, fields)
    if item.state in ACTIVE and undoable.view.item.state not in ACTIVE:
        check_reopened(undoable.view)
    return ItemChange(undoable.view, item, _verb(undoable.view.item, item))


def ids_to_restore(change: ItemChange) -> ReferenceIds:
    """The records that are needed to restore an item."""
    item = change.item
    return ReferenceIds(
        resources=named_ids([item.resource_id, *item.also_resource_ids]),
        services=named_ids([item.service_id]),
        sessions=named_ids([item.session_id]),
    )


def _as_field(name: str, stored: Any) -> Any:
    return msgspec.convert(stored, _TYPES[name], strict=False)


def _verb(now: Item, then: Item) -> str:
    """The verb by which others are told of it."""
    if now.state == then.state:
        return "change"
    if then.state == "confirmed":
        return "reopen"
    return "shelve" if then.state == "draft" else "request_confirmation"
