"""The change set: everything that one action writes, planned before any of it is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.customers.customer import Customer

HELD_BACK = "held_back_seconds"
"""In the data of a message that is held back: for how long."""
RESTORED = "restored"
"""In the data of a notification of the staff: that what was called off is on again."""


class Author(msgspec.Struct, frozen=True):
    """Who makes a change, through which door, by which request, and when, as the journal records it.

    `undo_seconds`: how long customers are not told of it unless a message says otherwise.
    """

    actor: str
    door: str
    at: datetime
    undo_seconds: int = 0
    request_id: str | None = None


class Claim(msgspec.Struct, frozen=True):
    """What an item or a group session takes of one resource, from `starts_at` to `ends_at`, buffers included.

    `units` None is the whole capacity. With `overlap_allowed` the claim itself is not checked against capacity, but
    later claims are checked against it.
    """

    resource_id: int
    starts_at: datetime
    ends_at: datetime
    item_id: int | None = None
    session_id: int | None = None
    units: int | None = None
    overlap_allowed: bool = False
    expires_at: datetime | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message about an item as it is asked for; what it says is decided when it is sent, `delay_seconds` later.

    `delay_seconds` None is as the author of the change has it. A message that is held back has the seconds in its data.
    """

    booking_id: int
    item_id: int
    item_revision: int
    customer_id: int | None
    audience: str
    channel: str
    template: str
    locale: str
    data: dict[str, Any]
    delay_seconds: int | None = None


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
    request_id: str | None = None


class Change(msgspec.Struct, frozen=True):
    """An entry of the change feed: one change of one record.

    `position` is opaque; entries after it were committed later. For a new record `before` is None and `after` has all
    its fields; otherwise both have the fields that changed. Bookings are in the feed from revision 1 on.
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
    request_id: str | None = None


class ChangeSet(msgspec.Struct, frozen=True, kw_only=True):
    """All records that an action writes, as they are to be; committed as a whole or not at all.

    A record's revision says what it replaces: 0 is new, n replaces revision n-1.
    `released`: ids of items and sessions whose present claims are deleted before the new `claims` are checked. Claims
    of others are not touched.
    `given_away`: ids of items that are for somebody else than they were: links for guests to them end, and those to
    their bookings, unless somebody booked them for another.
    `item_counts`: booking id -> number of its items when the booking was planned as a whole; if it has more or fewer by
    the time of the commit, the change set is stale.
    `trees`: root ids of all resources claimed or released; changes of the same trees run one after another
    (store.turns).
    """

    at: datetime
    actor: str
    door: str = ""
    request_id: str | None = None
    verb: str
    customers: tuple[Customer, ...] = ()
    bookings: tuple[Booking, ...] = ()
    sessions: tuple[GroupSession, ...] = ()
    items: tuple[Item, ...] = ()
    released: tuple[int, ...] = ()
    claims: tuple[Claim, ...] = ()
    messages: tuple[Message, ...] = ()
    given_away: tuple[int, ...] = ()
    item_counts: Mapping[int, int] = {}
    trees: tuple[int, ...] = ()


def as_one(change_sets: Sequence[ChangeSet]) -> ChangeSet:
    """All of these change sets, which are by one author and of the same verb, as one, to be committed as a whole."""
    first = change_sets[0]
    lists = [name for name in ChangeSet.__struct_fields__ if isinstance(getattr(first, name), tuple)]
    joined = {name: tuple(chain.from_iterable(getattr(each, name) for each in change_sets)) for name in lists}
    counts = dict(chain.from_iterable(each.item_counts.items() for each in change_sets))
    return msgspec.structs.replace(first, **joined, item_counts=counts)


def change_set(author: Author, verb: str, **parts: Any) -> ChangeSet:
    """A change set by this author; `parts` are fields of ChangeSet."""
    planned = ChangeSet(
        at=author.at, actor=author.actor, door=author.door, request_id=author.request_id, verb=verb, **parts
    )
    if not planned.messages:
        return planned
    return msgspec.structs.replace(planned, messages=tuple(_held_back(each, author) for each in planned.messages))


def _held_back(message: Message, author: Author) -> Message:
    """The message with its delay; only what customers get may wait, and not the code that they are waiting for."""
    if message.audience != "customer" or message.template == "verification":
        return msgspec.structs.replace(message, delay_seconds=0)
    seconds = author.undo_seconds if message.delay_seconds is None else message.delay_seconds
    data = {**message.data, HELD_BACK: seconds} if seconds else message.data
    return msgspec.structs.replace(message, delay_seconds=seconds, data=data)
