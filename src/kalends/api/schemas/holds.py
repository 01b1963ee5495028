"""Holds: times that are kept for somebody who is about to book them."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.expand import Expandable
from kalends.api.ids import HoldId, HoldRef, ItemRef, ResourceRef
from kalends.api.schemas.bookings import Lines
from kalends.api.schemas.items import Item
from kalends.api.schemas.lines import FROM, MOST_LINES, LineOutcome
from kalends.api.times import Moment, MomentIn

ExpiresAt = Annotated[
    MomentIn, Meta(description="When it lapses unless it is confirmed, within a day. Else `minutes` from now.")
]
Minutes = Annotated[int, Meta(ge=1, le=24 * 60, description="For how long.", examples=[15])]


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Times that are kept until `expires_at`. `POST /bookings` with its id makes a booking of it."""

    id: HoldId
    state: Annotated[Literal["held", "lapsed"], Meta(description="What has lapsed is free.", examples=["held"])]
    expires_at: Moment
    items: list[Item]
    created_at: Moment


class NewHold(Hold, frozen=True, kw_only=True):
    """A new hold, with what became of each line."""

    outcomes: Annotated[list[LineOutcome], Meta(description="In the order of the lines.")]
    secret: Annotated[
        str | None,
        Meta(
            description=(
                "With a publishable key: what a visitor sends as `Authorization: Bearer SECRET` to show, extend and "
                "release the hold. It is shown once."
            ),
            examples=[None],
        ),
    ]


class HoldInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Times to be held, for as long as the account has it unless it is said."""

    lines: Lines
    expires_at: ExpiresAt | UnsetType = UNSET
    minutes: Minutes | UnsetType = UNSET
    public: Annotated[bool, Meta(description="Whether the rules for the public apply.", examples=[False])] = False
    on_conflict: Annotated[
        Literal["refuse", "skip", "nearest"], Meta(description="If a line is not free.", examples=["refuse"])
    ] = "refuse"


class HeldItemPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """Another time or resource of an item of a hold."""

    item: ItemRef
    from_: Annotated[MomentIn | UnsetType, Meta(description="Alone, it keeps the length.")] = UNSET
    to: MomentIn | UnsetType = UNSET
    resource: ResourceRef | UnsetType = UNSET


class HoldPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a hold, all or none: another end, other times and resources."""

    expires_at: ExpiresAt | UnsetType = UNSET
    minutes: Minutes | UnsetType = UNSET
    items: Annotated[list[HeldItemPatch], Meta(max_length=MOST_LINES)] | UnsetType = UNSET


class HoldPath(Expandable, frozen=True, kw_only=True):
    """One hold."""

    hold_id: HoldRef
