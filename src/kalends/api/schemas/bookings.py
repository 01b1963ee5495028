"""Bookings: who booked what, with its items."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.expand import Expand, Expandable
from kalends.api.ids import (
    BookingId,
    BookingRef,
    CustomerId,
    CustomerRef,
    HoldRef,
    ResourceRef,
    SeriesId,
    ServiceRef,
    SessionRef,
    SiteRef,
)
from kalends.api.lists import Listing
from kalends.api.schemas.consent import Consent
from kalends.api.schemas.items import Item, Kind, Reason, State, Status
from kalends.api.schemas.lines import FROM, MOST_LINES, CustomerDetails, LineInput, LineOutcome, Notify
from kalends.api.times import Moment, MomentIn
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT

Title = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Birthday party"])]
Comments = Annotated[str, Meta(max_length=LONGEST_TEXT, examples=["Cake at four."])]
Lines = Annotated[list[LineInput], Meta(min_length=1, max_length=MOST_LINES)]
OnConflict = Annotated[
    Literal["refuse", "skip", "nearest", "overlap"],
    Meta(
        description=(
            "If a line can't be booked: refuse all, skip it, move it to the nearest free time, or book it over what "
            "takes a person's time."
        ),
        examples=["refuse"],
    ),
]


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking with its items in order of time, without deleted ones."""

    id: BookingId
    customer: CustomerId | None
    title: Title
    comments: Comments
    series: Annotated[SeriesId | None, Meta(description="The series that it is.", examples=[None])]
    consent: Annotated[Consent | None, Meta(description="What the customer agreed to on the booking page.")]
    items: list[Item]
    created_at: Moment
    created_by: Annotated[str, Meta(description="Who made it, as the journal has it.", examples=["key_1042"])]
    updated_at: Moment


class NewBooking(Booking, frozen=True, kw_only=True):
    """A new booking, with what became of each line."""

    outcomes: Annotated[list[LineOutcome], Meta(description="In the order of the lines.")]


class BookingInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new booking: of lines, or of a hold. All lines are booked or none, unless `on_conflict` says otherwise. With a
    hold, `lines`, `state`, `public`, `initiate` and `on_conflict` are those with which it was made."""

    lines: Lines | UnsetType = UNSET
    hold: Annotated[HoldRef | UnsetType, Meta(description="Times that are held already, instead of lines.")] = UNSET
    customer: CustomerRef | UnsetType = UNSET
    customer_details: Annotated[
        CustomerDetails | UnsetType, Meta(description="The customer, if their id is not known.")
    ] = UNSET
    title: Title | UnsetType = UNSET
    comments: Comments | UnsetType = UNSET
    state: Annotated[
        Literal["confirmed", "awaiting_confirmation", "draft"],
        Meta(description="A draft takes no time.", examples=["confirmed"]),
    ] = "confirmed"
    public: Annotated[
        bool,
        Meta(
            description="Whether the rules for the public apply: opening hours, notice, horizon, steps.",
            examples=[False],
        ),
    ] = False
    initiate: Annotated[
        bool,
        Meta(
            description="Whether it begins with the verification or confirmation that the account asks for.",
            examples=[False],
        ),
    ] = False
    on_conflict: OnConflict = "refuse"
    notify: Notify = True


class BookingPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a booking as a whole; what is left out stays. Times and resources are those of its items."""

    customer: CustomerRef | UnsetType | None = UNSET
    customer_details: CustomerDetails | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    comments: Comments | UnsetType = UNSET
    status: Annotated[Status | UnsetType | None, Meta(description="Of all its items.")] = UNSET
    notify: Notify = True


class BookingCancelled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a booking is cancelled."""

    reason: Reason | UnsetType = UNSET
    notify: Notify = True


class BookingPath(Expandable, frozen=True, kw_only=True):
    """One booking."""

    booking_id: BookingRef


class ListBookings(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which bookings to list: those with an item that matches."""

    from_: Annotated[MomentIn | UnsetType, Meta(description="An item ends after it.")] = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="The same item begins before it.")] = UNSET
    state: list[State] | UnsetType = UNSET
    status: list[Status] | UnsetType = UNSET
    kind: list[Kind] | UnsetType = UNSET
    resource: list[ResourceRef] | UnsetType = UNSET
    service: list[ServiceRef] | UnsetType = UNSET
    session: list[SessionRef] | UnsetType = UNSET
    site: list[SiteRef] | UnsetType = UNSET
    customer: Annotated[list[CustomerRef] | UnsetType, Meta(description="Who an item is for.")] = UNSET
    q: Annotated[str, Meta(max_length=200, description="In title, comments and customer.")] | UnsetType = UNSET
    expand: Expand = UNSET
    order: Annotated[
        Literal["created", "-created"], Meta(description="The newest or the oldest first.", examples=["-created"])
    ] = "-created"
