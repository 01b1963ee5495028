"""Items and bookings joined with the records they refer to, as lists show them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.accounts.principal import Principal
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.states import ACTIVE, state_at
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import Customer
from kalends.engine.time import clock


class ItemView(msgspec.Struct, frozen=True):
    """An item with its relations.

    `siblings`: number of items of its booking; `recurs`: the booking is a series; `time_zone`: that of its site, None
    if it is the account's.
    """

    item: Item
    booking_uid: str
    siblings: int
    customer: Customer | None = None
    resource: Resource | None = None
    service: Service | None = None
    session: GroupSession | None = None
    recurs: bool = False
    time_zone: str | None = None

    @property
    def site_id(self) -> int | None:
        """The site of its resource, else its own; None if it is at no site in particular."""
        return self.resource.site_id if self.resource else self.item.site_id

    def zone(self, of_account: ZoneInfo) -> ZoneInfo:
        """The zone by whose clock it is meant: that of its site, else the account's."""
        return clock.zone(self.time_zone) if self.time_zone else of_account

    @property
    def resource_ids(self) -> tuple[int | None, ...]:
        """The resources with which it takes place: those that it takes, and those of its session."""
        of_session = self.session.resource_ids if self.session else ()
        return (self.item.resource_id, *self.item.also_resource_ids, *of_session)

    def may_take_others(self, principal: Principal) -> bool:
        """Whether what it takes besides is what its service needs, such as a room, any of which will do when this
        principal moves it. For practitioners no colleague will do for another."""
        needs = self.service.also_needs if self.service else ()
        is_theirs = not (principal.is_practitioner and "person" in needs)
        return self.service is not None and len(self.item.also_resource_ids) == len(needs) and is_theirs

    @property
    def calendar_uid(self) -> str:
        """Its UID in calendars, in mail and feeds alike; it never changes, and no other installation has it."""
        return f"item-{self.item.id}@{self.booking_uid}"


class BookingWithItems(msgspec.Struct, frozen=True):
    """A booking with its items in order of time, without deleted ones."""

    booking: Booking
    customer: Customer | None
    items: tuple[ItemView, ...]

    @property
    def version(self) -> str:
        """Its version, with that of each of its items: a short text that is another one after each change of them."""
        revisions = ",".join(f"{view.item.id}.{view.item.revision}" for view in self.items)
        digest = hashlib.blake2b(revisions.encode(), digest_size=5).hexdigest()
        return f"{self.booking.revision}.{digest}"

    def current_items(self, at: datetime) -> tuple[ItemView, ...]:
        """The items that a change of the whole booking is meant for: drafts and active ones; if all are over, all."""
        current = tuple(view for view in self.items if state_at(view.item, at) in ("draft", *ACTIVE))
        return current or self.items


class SessionWithSeats(msgspec.Struct, frozen=True):
    """A session, and how many of its seats are taken. One that is archived has none free."""

    session: GroupSession
    taken: int

    @property
    def free(self) -> int:
        """The number of free seats."""
        return 0 if self.session.archived_at else max(0, self.session.capacity - self.taken)


class Seat(msgspec.Struct, frozen=True):
    """A seat in a session, and the account's status to show for it; None if the account has none for its state."""

    view: ItemView
    status_id: int | None


class BookingWithSeats(msgspec.Struct, frozen=True):
    """A booking with its seats in order of time, as far as the caller may see them.

    `state`: that of its seats: confirmed if one is, else awaiting_confirmation if one awaits something, else cancelled;
    deleted if all of them are. `status_id`: the account's status to show for it. `changed_at`: when it or one of its
    seats was last changed.
    """

    booking: Booking
    state: str
    status_id: int | None
    changed_at: datetime
    seats: tuple[Seat, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """One occurrence of a series; `outcome` is pending, made, refused, withdrawn or failed."""

    starts_at: datetime
    ends_at: datetime
    outcome: str
    item_id: int | None = None
    refusal: Mapping[str, Any] | None = None
