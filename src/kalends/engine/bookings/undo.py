"""Takes the last change of an item back: its fields are again what the journal has of them from before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import Author, Change
from kalends.engine.bookings.item_changes import ItemChange, check_reopened, revised, revised_booking
from kalends.engine.bookings.references import ReferenceIds, named_ids
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.bookings.views import ItemView

_NOT_RESTORED = {
    "account_id",
    "id",
    "booking_id",
    "uid",
    "revision",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
}
_MOVES = {"starts_at", "ends_at", "resource_id", "also_resource_ids"}
_VERBS: Mapping[str, str] = {
    "booked": "create",
    "moved": "change",
    "changed": "change",
    "cancelled": "cancel",
    "declined": "decline",
    "confirmed": "confirm",
    "restored": "confirm",
}
_STATES: Mapping[str, str] = {"cancelled": "cancelled", "deleted": "cancelled", "declined": "declined"}


class Undoable(msgspec.Struct, frozen=True):
    """The last change of an item, or its making, which can still be taken back: with it go the changes of `count` items
    of its booking in all."""

    view: ItemView
    change: Change
    count: int = 1

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

    @property
    def verb(self) -> str | None:
        """The verb of telling.TOLD_BY by which its customer is told of it; None if they never are."""
        return _VERBS.get(self.what)


def restored(undoable: Undoable, author: Author) -> ItemChange:
    """The item as it was before its last change. Raises Retired(session) for a seat in a session that is no more."""
    item = revised(undoable.view.item, author, dict(_fields_before(undoable.change, Item)))
    if item.state in ACTIVE and undoable.view.item.state not in ACTIVE:
        check_reopened(undoable.view)
    return ItemChange(undoable.view, item, _verb(undoable.view.item, item))


def restored_booking(booking: Booking, change: Change, author: Author) -> Booking:
    """The booking as it was before its last change: whose it was, and what they had agreed to."""
    fields = dict(_fields_before(change, Booking))
    return revised_booking(msgspec.structs.replace(booking, **fields), author)


def ids_to_restore(changes: Sequence[ItemChange]) -> ReferenceIds:
    """The records that are needed to restore these items."""
    items = [change.item for change in changes]
    return ReferenceIds(
        resources=named_ids([each for item in items for each in (item.resource_id, *item.also_resource_ids)]),
        services=named_ids([item.service_id for item in items]),
        sessions=named_ids([item.session_id for item in items]),
    )


def _fields_before(change: Change, of: type[Item] | type[Booking]) -> Iterator[tuple[str, Any]]:
    types = {field.name: field.type for field in msgspec.structs.fields(of) if field.name not in _NOT_RESTORED}
    for name, stored in (change.before or {}).items():
        if name in types:
            yield name, msgspec.convert(stored, types[name], strict=False)


def _verb(now: Item, then: Item) -> str:
    """The verb by which others are told of it."""
    if now.state == then.state:
        return "change"
    if then.state == "confirmed":
        return "reopen"
    return "shelve" if then.state == "draft" else "request_confirmation"
