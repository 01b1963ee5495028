"""A change: all that one action writes, decided whole before any of it is written."""

from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.booking import Booking, Item
from kalends.engine.catalogue import GroupSession
from kalends.engine.people import Customer


class Claim(msgspec.Struct, frozen=True):
    """What an item or a session takes: a resource, for a time with its buffers. No `units` means the whole capacity."""

    resource_id: int
    starts_at: datetime
    ends_at: datetime
    item_id: int | None = None
    session_id: int | None = None
    units: int | None = None
    forced: bool = False
    expires_at: datetime | None = None


class Message(msgspec.Struct, frozen=True):
    """A message to be delivered after the change is kept."""

    item_id: int
    customer_id: int | None
    audience: str
    channel: str
    template: str
    locale: str
    data: dict[str, Any]


class JournalEntry(msgspec.Struct, frozen=True):
    """A line of the journal about something that has no revisions of its own: what of it became what."""

    at: datetime
    who: str
    what: str
    kind: str
    subject_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ChangeSet(msgspec.Struct, frozen=True):
    """After-images of everything touched, by whom, when, and the verb; kept whole or not at all.

    `freed` names items and sessions whose claims go before the new `claims` are checked and taken; what the others
    claimed before stays untouched. Revisions say what each image replaces: 0 is new, n replaces n-1.
    """

    at: datetime
    who: str
    what: str
    customers: tuple[Customer, ...] = ()
    bookings: tuple[Booking, ...] = ()
    sessions: tuple[GroupSession, ...] = ()
    items: tuple[Item, ...] = ()
    freed: tuple[int, ...] = ()
    claims: tuple[Claim, ...] = ()
    outbox: tuple[Message, ...] = ()
