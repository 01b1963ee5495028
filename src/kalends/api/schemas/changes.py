"""Changes of records: the feed in order, and the journal that is looked through."""

from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import ItemRef, WebhookId
from kalends.api.lists import Paging
from kalends.api.times import Moment, MomentIn

MOST, USUAL, LONGEST_WAIT, LONGEST_STREAM = 500, 100, 20, 900
_BEFORE, _AFTER = {"from": "2027-03-01T09:00:00+00:00"}, {"from": "2027-03-01T10:00:00+00:00"}

Position: TypeAlias = Annotated[
    str, Meta(description="A place in the feed; keep it as it is.", max_length=40, examples=["7310-4119"])
]
Verb: TypeAlias = Annotated[str, Meta(description="What was done.", max_length=60, examples=["change"])]
Door: TypeAlias = Annotated[str, Meta(description="The way in: a door.", max_length=60, examples=["api"])]
Actor: TypeAlias = Annotated[
    str,
    Meta(description="Who did it: a key, user or customer by id, else a name.", max_length=200, examples=["key_1042"]),
]
Subject: TypeAlias = Annotated[
    str,
    Meta(
        description="What was changed. Kinds that this API does not show have their own word before the number.",
        max_length=60,
        examples=["item_1042"],
    ),
]
Kind: TypeAlias = Annotated[str, Meta(description="The kind of record.", max_length=60, examples=["item"])]
Image: TypeAlias = Annotated[
    dict[str, Any] | None,
    Meta(
        description="Fields by the names of this API where it has them, moments in UTC. `before` is null for what is "
        "new, `after` for what was removed; else both have the fields that differ."
    ),
]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one record."""

    position: Position
    type: Annotated[str, Meta(description="The event, as webhooks have it.", examples=["item.changed"])]
    kind: Kind
    subject: Subject
    revision: Annotated[int, Meta(description="Of the record; 0 is new.", examples=[3])]
    verb: Verb
    actor: Actor
    door: Door
    at: Moment
    request_id: Annotated[
        str | None,
        Meta(description="The `X-Request-Id` of the request that made it; null for others.", examples=["4b1d0c9a7e"]),
    ]
    before: Annotated[Image, Meta(examples=[_BEFORE])]
    after: Annotated[Image, Meta(examples=[_AFTER])]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in the order in which they were committed."""

    data: list[Change]
    next: Annotated[Position, Meta(description="What `after` is to be in the next request.")]
    more: Annotated[bool, Meta(description="Whether there are more already.", examples=[False])]


class JournalEntry(Change, frozen=True, kw_only=True):
    """A change, and who made it by name."""

    actor_name: Annotated[str, Meta(examples=["Website"])]


class WebhookTest(msgspec.Struct, frozen=True, kw_only=True):
    """What a webhook is told by a test."""

    webhook: WebhookId


class ListChanges(msgspec.Struct, frozen=True, kw_only=True):
    """Where to read on."""

    after: Annotated[
        Position, Meta(description="`next` of the answer before; left out, it is read from the beginning.")
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=MOST, description="The most to answer.", examples=[100])] = USUAL
    wait: Annotated[
        int, Meta(ge=0, le=LONGEST_WAIT, description="Seconds to wait for a change if there is none.", examples=[0])
    ] = 0


class StreamChanges(msgspec.Struct, frozen=True, kw_only=True):
    """Where a stream begins, and how long it lasts."""

    after: Annotated[
        Position | UnsetType,
        Meta(description="As in `/changes`; left out, it begins with what comes. `Last-Event-ID` goes before it."),
    ] = UNSET
    seconds: Annotated[
        int, Meta(ge=0, le=LONGEST_STREAM, description="When it ends; reconnect then.", examples=[900])
    ] = LONGEST_STREAM


class ListJournal(Paging, frozen=True, kw_only=True):
    """Which entries to list."""

    subject: Subject | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    actor: Actor | UnsetType = UNSET
    door: Door | UnsetType = UNSET
    verb: Verb | UnsetType = UNSET
    from_: Annotated[MomentIn | UnsetType, Meta(description="The earliest.")] = msgspec.field(
        name="from", default=UNSET
    )
    to: Annotated[MomentIn | UnsetType, Meta(description="Those before.")] = UNSET


class ListItemJournal(Paging, frozen=True, kw_only=True):
    """The entries about one item."""

    item_id: ItemRef
