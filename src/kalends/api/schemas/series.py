"""Series: bookings that recur, whose occurrences are booked one by one."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import BookingId, CustomerId, CustomerRef, ItemId, ItemRef, ResourceRef, SeriesId, SeriesRef
from kalends.api.schemas.bookings import Comments, Title
from kalends.api.schemas.items import Reason, Scope, Status
from kalends.api.schemas.lines import FROM, CustomerDetails, LineInput, Notes, Notify
from kalends.api.schemas.sessions import Dates, Recurrence, Rule
from kalends.api.times import Moment, MomentIn


class Occurrence(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """One time of a series, and what became of it."""

    from_: Moment
    to: Moment
    outcome: Annotated[
        Literal["pending", "made", "refused", "withdrawn", "failed"],
        Meta(description="A pending one is booked soon; one that can't be is refused.", examples=["made"]),
    ]
    item: ItemId | None
    reason: Annotated[str | None, Meta(description="Why it was refused.", examples=[None])]


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that recurs, with the outcome of each of its times."""

    id: SeriesId
    booking: Annotated[BookingId, Meta(description="The booking, once an occurrence is made.")]
    customer: CustomerId | None
    title: Title
    rrule: Rule | None
    rdate: Dates | None
    exdate: Dates | None
    time_zone: Annotated[str, Meta(description="By whose clock it recurs.", examples=["Europe/Oslo"])]
    occurrences: Annotated[list[Occurrence], Meta(description="In order of time.")]
    created_at: Moment
    updated_at: Moment


class SeriesInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new series. It is accepted if its first occurrence can be booked; the others are booked one by one."""

    line: Annotated[LineInput, Meta(description="The first of its times.")]
    recurrence: Recurrence
    customer: CustomerRef | UnsetType = UNSET
    customer_details: CustomerDetails | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    comments: Comments | UnsetType = UNSET
    public: Annotated[bool, Meta(description="Whether the rules for the public apply.", examples=[False])] = False
    notify: Notify = True


class SeriesPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """Changes of an item of a series, and by `scope` of others, all or none: they are moved by as much as it."""

    scope: Scope = "all"
    item: Annotated[ItemRef | UnsetType, Meta(description="The first, if left out.")] = UNSET
    from_: Annotated[MomentIn | UnsetType, Meta(description="Alone, it keeps the length.")] = UNSET
    to: MomentIn | UnsetType = UNSET
    resource: ResourceRef | UnsetType = UNSET
    customer: CustomerRef | UnsetType | None = UNSET
    status: Status | UnsetType | None = UNSET
    title: Title | UnsetType | None = UNSET
    notes: Notes | UnsetType | None = UNSET
    notify: Notify = True


class SeriesCancelled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which occurrences of a series are cancelled, and why."""

    scope: Scope = "all"
    item: Annotated[ItemRef | UnsetType, Meta(description="The first, if left out.")] = UNSET
    reason: Reason | UnsetType = UNSET
    notify: Notify = True


class SeriesPath(msgspec.Struct, frozen=True, kw_only=True):
    """One series."""

    series_id: SeriesRef
