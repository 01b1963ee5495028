"""Items: the times of bookings, seats in sessions, and blocked times."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.expand import Expand, Expandable
from kalends.api.ids import (
    BookingId,
    BookingRef,
    CustomerId,
    CustomerRef,
    ItemId,
    ItemRef,
    ResourceId,
    ResourceRef,
    ServiceId,
    ServiceRef,
    SessionId,
    SessionRef,
    SiteId,
    SiteRef,
)
from kalends.api.lists import Listing
from kalends.api.schemas.lines import (
    FROM,
    Also,
    Custom,
    ExternalId,
    Extras,
    ItemExtra,
    Notes,
    Notify,
    Overlap,
    Title,
    Units,
)
from kalends.api.times import Moment, MomentIn

State = Annotated[
    Literal[
        "draft",
        "awaiting_verification",
        "verification_expired",
        "awaiting_payment",
        "awaiting_confirmation",
        "confirmed",
        "declined",
        "cancelled",
        "deleted",
    ],
    Meta(description="What awaits something or is confirmed takes its time.", examples=["confirmed"]),
]
Status = Annotated[
    Literal["checked_in", "in_progress", "completed", "no_show"],
    Meta(description="Whether the customer came.", examples=["checked_in"]),
]
Kind = Annotated[Literal["appointment", "seat", "block"], Meta(examples=["appointment"])]
Scope = Annotated[
    Literal["this", "following", "all"],
    Meta(description="This item, it and the later ones of its booking, or all of them.", examples=["this"]),
]
Reason = Annotated[str, Meta(max_length=1000, description="Why, in words.", examples=["The customer is ill."])]


class Item(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """One occupied time, or seats in a session."""

    id: ItemId
    booking: BookingId
    kind: Kind
    state: State
    status: Status | None
    resource: ResourceId | None
    also: Annotated[list[ResourceId], Meta(description="Resources that it takes as well.", examples=[[]])]
    service: ServiceId | None
    session: SessionId | None
    site: SiteId | None
    customer: CustomerId | None
    booked_by: Annotated[CustomerId | None, Meta(description="Who booked it for the customer.", examples=[None])]
    from_: Moment
    to: Moment
    time_zone: Annotated[str, Meta(description="That of its site.", examples=["Europe/Oslo"])]
    units: Units
    extras: list[ItemExtra]
    title: Title | None
    notes: Notes | None
    external_id: ExternalId | None
    expires_at: Annotated[Moment | None, Meta(description="When it lapses unless it is confirmed.", examples=[None])]
    overlap: Annotated[bool, Meta(description="Whether it was booked although its time was taken.", examples=[False])]
    reminder_at: Moment | None
    paid_at: Moment | None
    cancelled_at: Moment | None
    cancellation_reason: Reason | None
    removed_at: Moment | None
    custom: Custom | None
    created_at: Moment
    created_by: Annotated[str, Meta(description="Who made it, as the journal has it.", examples=["key_1042"])]
    updated_at: Moment
    updated_by: Annotated[str, Meta(description="Who changed it last.", examples=["user_1042"])]


class ItemPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """Changes of an item; what is left out stays. A seat's times are its session's."""

    from_: Annotated[MomentIn | UnsetType, Meta(description="Alone, it moves the item as it is.")] = UNSET
    to: MomentIn | UnsetType = UNSET
    resource: ResourceRef | UnsetType = UNSET
    also: Also | UnsetType = UNSET
    service: ServiceRef | UnsetType | None = UNSET
    session: SessionRef | UnsetType = UNSET
    units: Units | UnsetType = UNSET
    extras: Extras | UnsetType = UNSET
    customer: CustomerRef | UnsetType | None = UNSET
    status: Status | UnsetType | None = UNSET
    title: Title | UnsetType | None = UNSET
    notes: Notes | UnsetType | None = UNSET
    external_id: ExternalId | UnsetType | None = UNSET
    expires_at: Annotated[MomentIn | UnsetType, Meta(description="Of what awaits something.")] = UNSET
    custom: Custom | UnsetType | None = UNSET
    overlap: Overlap = False
    scope: Scope = "this"
    notify: Notify = True


class ItemMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """Where an item is moved to: another time, another resource, or another session."""

    from_: Annotated[MomentIn | UnsetType, Meta(description="Alone, it keeps the length.")] = UNSET
    to: MomentIn | UnsetType = UNSET
    resource: ResourceRef | UnsetType = UNSET
    session: SessionRef | UnsetType = UNSET
    overlap: Overlap = False
    scope: Scope = "this"
    notify: Notify = True


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether those concerned are told."""

    notify: Notify = True


class Verification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that the customer was sent."""

    code: Annotated[str, Meta(max_length=20, examples=["4711"])]
    notify: Notify = True


class Cancelled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an item is cancelled, and which others of its booking with it."""

    reason: Reason | UnsetType = UNSET
    scope: Annotated[Literal["this", "following"], Meta(examples=["this"])] = "this"
    notify: Notify = True


class ItemPath(Expandable, frozen=True, kw_only=True):
    """One item."""

    item_id: ItemRef


class ListItems(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which items to list. Of several values of a parameter, one must be the item's."""

    from_: Annotated[MomentIn | UnsetType, Meta(description="Those that end after it.")] = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="Those that begin before it.")] = UNSET
    state: Annotated[list[State] | UnsetType, Meta(description="Without it, all but deleted ones.")] = UNSET
    status: list[Status] | UnsetType = UNSET
    kind: list[Kind] | UnsetType = UNSET
    resource: list[ResourceRef] | UnsetType = UNSET
    service: list[ServiceRef] | UnsetType = UNSET
    session: list[SessionRef] | UnsetType = UNSET
    customer: list[CustomerRef] | UnsetType = UNSET
    site: list[SiteRef] | UnsetType = UNSET
    booking: list[BookingRef] | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET
    updated_after: MomentIn | UnsetType = UNSET
    q: Annotated[str, Meta(max_length=200, description="In title, notes and customer.")] | UnsetType = UNSET
    expand: Expand = UNSET
    order: Annotated[Literal["from", "-from", "updated", "-updated"], Meta(examples=["from"])] = "from"
