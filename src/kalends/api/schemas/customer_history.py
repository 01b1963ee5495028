"""Who read or changed what about a customer."""

from typing import Annotated

import msgspec
from msgspec import Meta

from kalends.api.ids import CustomerRef
from kalends.api.lists import Listing
from kalends.api.schemas.changes import Actor, Door, Kind, Subject
from kalends.api.times import Moment


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the customer or of what is theirs, or that somebody was shown them."""

    at: Moment
    actor: Actor
    actor_name: Annotated[str, Meta(examples=["Website"])]
    door: Door
    verb: Annotated[str, Meta(description="What was done; `read` is no change.", examples=["read"])]
    kind: Kind
    subject: Subject
    fields: Annotated[
        list[str],
        Meta(description="The fields that differ; their values may be about somebody's health.", examples=[["notes"]]),
    ]


class ListHistory(Listing, frozen=True, kw_only=True):
    """All entries about a customer, the oldest first."""

    customer_id: CustomerRef
