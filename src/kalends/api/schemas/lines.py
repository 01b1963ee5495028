"""What is asked for in a booking, line by line; and who it is for, and who is told."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import (
    CustomerRef,
    ItemId,
    ResourceId,
    ResourceRef,
    ServiceId,
    ServiceRef,
    SessionRef,
    SiteRef,
)
from kalends.api.times import Moment, MomentIn
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT, MOST_UNITS

MOST_LINES = 100

FROM = {"from_": "from"}
"""`from` is a word of Python."""

Units = Annotated[int, Meta(ge=1, le=MOST_UNITS, description="Units of the resource, or seats.", examples=[1])]
Email = Annotated[str, Meta(extra={"form": "email"}, max_length=LONGEST_LINE, examples=["kari@example.org"])]
Phone = Annotated[str, Meta(extra={"form": "phone"}, max_length=LONGEST_LINE, examples=["+47 22 33 44 55"])]
Title = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Window seat"])]
Notes = Annotated[str, Meta(max_length=LONGEST_TEXT, description="For the staff.", examples=["Has a dog."])]
ExternalId = Annotated[str, Meta(max_length=LONGEST_LINE, description="What you call it.", examples=["A-1042"])]
Custom = Annotated[
    dict[str, Any], Meta(description="Fields of your own, kept as they are.", examples=[{"allergies": "none"}])
]
Overlap = Annotated[
    bool, Meta(description="Book it even if the time is taken. It counts against later bookings.", examples=[False])
]
Notify = Annotated[
    bool,
    Meta(description="Whether those concerned are told, as the account's policy has it.", examples=[True]),
]
Also = Annotated[
    list[ResourceRef],
    Meta(max_length=20, description="Resources that are taken as well, such as a room.", examples=[[]]),
]


class ItemExtraInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Units of an inventory, or of an added service, that go with it. Name one of the two."""

    resource: Annotated[ResourceRef | UnsetType, Meta(description="The inventory.")] = UNSET
    service: Annotated[ServiceRef | UnsetType, Meta(description="The added service.")] = UNSET
    units: Units = 1


class ItemExtra(msgspec.Struct, frozen=True, kw_only=True):
    """Units of an inventory, or of an added service, that go with an item."""

    resource: ResourceId | None
    service: ServiceId | None
    units: Units


Extras = Annotated[list[ItemExtraInput], Meta(max_length=50, examples=[[]])]


class CustomerDetails(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who books: the customer with the same address is found, or a new one is added."""

    name: Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Kari Nordmann"])] | UnsetType = UNSET
    first_name: Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Kari"])] | UnsetType = UNSET
    last_name: Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Nordmann"])] | UnsetType = UNSET
    company: Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Nordmann AS"])] | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    locale: Annotated[str, Meta(description="The language of messages.", examples=["nb"])] | UnsetType = UNSET


class LineInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """One time that is asked for: of a resource, of any resource that serves a service, or seats in a session."""

    resource: Annotated[
        ResourceRef | UnsetType, Meta(description="Without it, one that serves the service and is free is chosen.")
    ] = UNSET
    service: ServiceRef | UnsetType = UNSET
    session: Annotated[SessionRef | UnsetType, Meta(description="Seats in it; times and resource are its own.")] = UNSET
    site: Annotated[SiteRef | UnsetType, Meta(description="Where the resource must be.")] = UNSET
    also: Also | UnsetType = UNSET
    from_: MomentIn | UnsetType = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="Without it, as long as the service takes.")] = UNSET
    units: Annotated[Units | UnsetType | None, Meta(description="1 if left out; null is the whole resource.")] = UNSET
    extras: Extras | UnsetType = UNSET
    customer: Annotated[CustomerRef | UnsetType, Meta(description="If it is for another than the booking.")] = UNSET
    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET
    custom: Custom | UnsetType = UNSET
    overlap: Overlap = False


class LineOutcome(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """What became of a line: `booked`, `moved` to the nearest free time, or `skipped` because of `reason`."""

    line: Annotated[int, Meta(description="The line, counted from 0.", examples=[0])]
    outcome: Annotated[Literal["booked", "moved", "skipped"], Meta(examples=["booked"])]
    item: ItemId | None
    from_: Moment | None
    to: Moment | None
    reason: Annotated[str | None, Meta(description="The type of problem of a skipped line.", examples=[None])]
