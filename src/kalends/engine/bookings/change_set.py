"""A change set: all that one action writes, decided whole before any of it is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.customers.customer import Customer


class Author(msgspec.Struct, frozen=True):
    """Who changes something, through which door, and when: what the journal keeps of every change."""

    actor: str
    door: str
    at: datetime


class Claim(msgspec.Struct, frozen=True):
    """What an item or a group session takes: a resource, for a time with its buffers.

    No `units` means the whole capacity. One that may overlap is not checked, but counts against later ones.
    """

    resource_id: int
    starts_at: datetime
    ends_at: datetime
    item_id: int | None = None
    session_id: int | None = None
    units: int | None = None
    overlap_allowed: bool = False
    expires_at: datetime | None = None


class Message(msgspec.Struct, frozen=True):
    """A message to be delivered after the change is committed."""

    item_id: int
    customer_id: int | None
    audience: str
    channel: str
    template: str
    locale: str
    data: dict[str, Any]


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An audit entry for an entity without a revision: the changed fields before and after."""

    at: datetime
    actor: str
    door: str
    verb: str
    kind: str
    subject_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Change(msgspec.Struct, frozen=True):
    """An entry of the change feed: what became of one thing, in one transaction.

    `position` is opaque: what comes after it is what was committed later. Of a new thing `before` is None and `after`
    the whole image; later both hold the fields that changed. Bookings are in the feed from revision 1 on.
    """

    position: str
    at: datetime
    actor: str
    door: str
    verb: str
    kind: str
    subject_id: int
    revision: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ChangeSet(msgspec.Struct, frozen=True, kw_only=True):
    """After-images of everything touched, by whom, when, and the verb; committed whole or not at all.

    `released` names items and sessions whose claims go before the new `claims` are checked and taken; what the others
    claimed before stays untouched. Revisions say what each image replaces: 0 is new, n replaces n-1. `item_counts`
    names the bookings that were planned as a whole and how many items each had; one that has more or fewer by then is
    stale. `trees` are the roots of what is claimed and released: who changes the same trees takes turns (store.turns).
    """

    at: datetime
    actor: str
    door: str = ""
    verb: str
    customers: tuple[Customer, ...] = ()
    bookings: tuple[Booking, ...] = ()
    sessions: tuple[GroupSession, ...] = ()
    items: tuple[Item, ...] = ()
    released: tuple[int, ...] = ()
    claims: tuple[Claim, ...] = ()
    messages: tuple[Message, ...] = ()
    item_counts: Mapping[int, int] = {}
    trees: tuple[int, ...] = ()


def change_set(author: Author, verb: str, **parts: Any) -> ChangeSet:
    """A change set of these parts, by this author."""
    return ChangeSet(at=author.at, actor=author.actor, door=author.door, verb=verb, **parts)
