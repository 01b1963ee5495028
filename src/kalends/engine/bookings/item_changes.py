"""What becomes of items that are there: each as it was and as it will be, and the change set of them together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import Author, ChangeSet, Claim, Message, change_set
from kalends.engine.bookings.claims import item_claims
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.references import NOTHING, References, trees_of
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.bookings.terms import check_serves
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service

OCCUPYING = (
    "starts_at",
    "ends_at",
    "resource_id",
    "also_resource_ids",
    "service_id",
    "session_id",
    "units",
    "extras",
)
"""The fields of an item on which it depends what the item takes."""


class ItemChange(msgspec.Struct, frozen=True):
    """One item before (None when it is new) and after, and the verb by which its state changes, if it does."""

    was: ItemView | None
    item: Item
    verb: str | None = None

    @property
    def claims_anew(self) -> bool:
        """Whether it takes something that it did not have."""
        return self.item.state in ACTIVE and (not self.was_active or self.is_moved)

    @property
    def releases(self) -> bool:
        """Whether it lets go of what it had."""
        return self.was_active and (self.item.state not in ACTIVE or self.is_moved)

    @property
    def was_active(self) -> bool:
        """Whether it occupied its time before."""
        return self.was is not None and self.was.item.state in ACTIVE

    @property
    def is_moved(self) -> bool:
        """Whether what it takes depends on anything that has changed."""
        return self.was is None or any(getattr(self.was.item, name) != getattr(self.item, name) for name in OCCUPYING)


def revised(item: Item, author: Author, fields: Mapping[str, Any]) -> Item:
    """The item with some fields changed, one revision on."""
    stamped = {"revision": item.revision + 1, "updated_at": author.at, "updated_by": author.actor}
    return msgspec.structs.replace(item, **fields, **stamped)


def revised_booking(booking: Booking, author: Author) -> Booking:
    """The booking one revision on."""
    return msgspec.structs.replace(
        booking, revision=booking.revision + 1, updated_at=author.at, updated_by=author.actor
    )


def in_state(view: ItemView, state: str, verb: str, author: Author) -> ItemChange:
    """The item in its next state; the end of a hold goes with the hold."""
    fields: dict[str, Any] = {"state": state, "expires_at": None}
    if verb in ("cancel", "remove"):
        fields["cancelled_at"] = view.item.cancelled_at or author.at
    return ItemChange(view, revised(view.item, author, fields), verb)


def changes_of(
    author: Author,
    verb: str,
    changes: Sequence[ItemChange],
    references: References = NOTHING,
    *,
    booker: Booker | None = None,
    booking: Booking | None = None,
    sessions: Sequence[GroupSession] = (),
    messages: Sequence[Message] = (),
    item_counts: Mapping[int, int] | None = None,
) -> ChangeSet:
    """The change set of these items (and of their booking and sessions), with what they release and take.

    Raises Retired(resource), NotServed for an item that takes a resource that does not serve its service.
    """
    new = booker.customer if booker and booker.is_new else None
    claims = tuple(claim for change in changes if change.claims_anew for claim in _claims(change, references))
    had = [change.was.resource for change in changes if change.was]
    return change_set(
        author,
        verb,
        customers=(new,) if new else (),
        bookings=(booking,) if booking else (),
        sessions=tuple(sessions),
        items=tuple(change.item for change in changes),
        released=tuple(change.item.id for change in changes if change.releases),
        claims=claims,
        messages=tuple(messages),
        item_counts=item_counts or {},
        trees=trees_of([*references.resources_of(claims), *had]),
    )


def _claims(change: ItemChange, references: References) -> Iterator[Claim]:
    item = change.item
    service, resource = _service(change, references), _resource(change, references)
    override: ServiceOverride | None = None
    if resource is not None and item.kind != "seat":
        override = check_serves(resource, service, references.overrides.get(item.service_id or 0, ()))
    yield from item_claims(item, service, override)


def _service(change: ItemChange, references: References) -> Service | None:
    known = references.services.get(change.item.service_id or 0)
    return known or (
        change.was.service if change.was and change.was.item.service_id == change.item.service_id else None
    )


def _resource(change: ItemChange, references: References) -> Resource | None:
    known = references.resources.get(change.item.resource_id or 0)
    return known or (
        change.was.resource if change.was and change.was.item.resource_id == change.item.resource_id else None
    )
