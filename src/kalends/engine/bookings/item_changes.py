"""Changes of items, each with the item before and after, and the change set for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import Author, ChangeSet, Claim, Message, change_set
from kalends.engine.bookings.claims import item_claims
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.references import NOTHING, References, trees_of
from kalends.engine.bookings.reminders import without_late_reminder
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.bookings.terms import check_serves
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.limits import LONGEST_TEXT, raise_if_faults, text_faults
from kalends.engine.refusals import Retired

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
"""The fields of an item that determine what it claims."""


class ItemChange(msgspec.Struct, frozen=True):
    """One item before (None if it is new) and after, and the verb of its state change, if any."""

    was: ItemView | None
    item: Item
    verb: str | None = None

    @property
    def claims_anew(self) -> bool:
        """Whether it needs new claims."""
        return self.item.state in ACTIVE and (not self.was_active or self.is_moved)

    @property
    def releases(self) -> bool:
        """Whether its present claims are to be deleted."""
        return self.was_active and (self.item.state not in ACTIVE or self.is_moved)

    @property
    def was_active(self) -> bool:
        """Whether it was active before."""
        return self.was is not None and self.was.item.state in ACTIVE

    @property
    def view(self) -> ItemView:
        """The item after the change, with the relations that it had before."""
        assert self.was is not None
        return msgspec.structs.replace(self.was, item=self.item)

    @property
    def is_moved(self) -> bool:
        """Whether a field has changed that determines what it claims."""
        return self._has_changed(OCCUPYING)

    @property
    def is_given_away(self) -> bool:
        """Whether it was for somebody, and is for somebody else, or nobody, now."""
        return self.was is not None and self.was.item.customer_id not in (None, self.item.customer_id)

    @property
    def is_visible(self) -> bool:
        """Whether a field has changed that the customer is told of; notes, for instance, are for the staff alone."""
        return self._has_changed((*OCCUPYING, "site_id", "customer_id"))

    def _has_changed(self, names: Iterable[str]) -> bool:
        return self.was is None or any(getattr(self.was.item, name) != getattr(self.item, name) for name in names)


def revised(item: Item, author: Author, fields: Mapping[str, Any]) -> Item:
    """The item with some fields changed, as its next revision. With another customer it leaves the case it was of."""
    if fields.get("customer_id", item.customer_id) != item.customer_id:
        fields = {"case_id": None, **fields}
    stamped = {"revision": item.revision + 1, "updated_at": author.at, "updated_by": author.actor}
    return msgspec.structs.replace(item, **fields, **stamped)


def revised_booking(booking: Booking, author: Author) -> Booking:
    """The booking as its next revision."""
    return msgspec.structs.replace(
        booking, revision=booking.revision + 1, updated_at=author.at, updated_by=author.actor
    )


def in_state(view: ItemView, state: str, verb: str, author: Author, reason: str | None = None) -> ItemChange:
    """The change of an item to another state by a verb; `reason` is why it is cancelled or declined.

    A hold's end is cleared and so is its verification code, which can be used only once. `cancelled_at` is when it was
    cancelled, `archived_at` when it was removed: one may follow the other.

    Raises Retired(session) for a seat that is to be taken again in a session that is removed or archived,
    Invalid(reason: invalid, too_long).
    """
    raise_if_faults(text_faults("reason", reason or "", LONGEST_TEXT))
    fields: dict[str, Any] = {"state": state, "expires_at": None, "verification_code": None}
    if verb == "cancel":
        fields["cancelled_at"] = view.item.cancelled_at or author.at
    if verb == "remove":
        fields["archived_at"] = author.at
    if verb in ("cancel", "decline", "remove") and reason is not None:
        fields["cancellation_reason"] = reason
    if verb == "reopen":
        check_reopened(view)
        fields |= {"cancelled_at": None, "cancellation_reason": None, "overlap_allowed": False}
    item = revised(view.item, author, fields)
    return ItemChange(view, without_late_reminder(item, author.at) if state == "confirmed" else item, verb)


def requested_anew(change: ItemChange) -> ItemChange:
    """The change of an item that was confirmed, which has to be confirmed again; of another one, the same."""
    if change.item.state != "confirmed":
        return change
    item = msgspec.structs.replace(change.item, state="awaiting_confirmation")
    return msgspec.structs.replace(change, item=item, verb="request_confirmation")


def check_reopened(view: ItemView) -> None:
    """Raises Retired(session) if an item is a seat in a session that is removed or archived."""
    if view.session is not None and (view.session.deleted_at or view.session.archived_at):
        raise Retired("session")


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
    """The change set of these items, and of their booking and sessions, with claims and releases.

    Raises Retired(resource), NotServed if an item with new claims is on a resource that does not serve its service.
    """
    claims = tuple(claim for change in changes if change.claims_anew for claim in _claims(change, references))
    resources_before = [change.was.resource for change in changes if change.was]
    return change_set(
        author,
        verb,
        customers=booker.saved if booker else (),
        bookings=(booking,) if booking else (),
        sessions=tuple(sessions),
        items=tuple(change.item for change in changes),
        released=tuple(change.item.id for change in changes if change.releases),
        claims=claims,
        messages=tuple(messages),
        given_away=tuple(change.item.id for change in changes if change.is_given_away),
        item_counts=item_counts or {},
        trees=trees_of([*references.resources_of(claims), *resources_before]),
    )


def _claims(change: ItemChange, references: References) -> Iterator[Claim]:
    item = change.item
    service, resource = _service(change, references), _resource(change, references)
    override: ServiceOverride | None = None
    if resource is not None and item.kind != "seat":
        override = check_serves(resource, service, references.overrides.get(item.service_id or 0, ()))
    yield from item_claims(item, service, override)


def _service(change: ItemChange, references: References) -> Service | None:
    if service := references.services.get(change.item.service_id or 0):
        return service
    unchanged = change.was is not None and change.was.item.service_id == change.item.service_id
    return change.was.service if change.was and unchanged else None


def _resource(change: ItemChange, references: References) -> Resource | None:
    if resource := references.resources.get(change.item.resource_id or 0):
        return resource
    unchanged = change.was is not None and change.was.item.resource_id == change.item.resource_id
    return change.was.resource if change.was and unchanged else None
