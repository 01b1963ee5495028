"""Whether others are in the way."""

from typing import Annotated

import msgspec
from msgspec import Meta

from kalends.api.ids import ItemRef, SessionRef


class Conflicts(msgspec.Struct, frozen=True, kw_only=True):
    """What is booked over what is booked: staff may allow that."""

    has_conflicts: Annotated[
        bool, Meta(description="Whether others leave too little of its resources.", examples=[False])
    ]


class ConflictingItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item."""

    item_id: ItemRef


class ConflictingSession(msgspec.Struct, frozen=True, kw_only=True):
    """One session."""

    session_id: SessionRef
