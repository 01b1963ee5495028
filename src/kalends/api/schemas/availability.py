"""When a service can be booked, and when resources are busy."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import ResourceId, ResourceRef, ServiceRef, SessionId, SiteRef
from kalends.api.lists import Listing
from kalends.api.times import ClockIn, Moment, MomentIn
from kalends.engine.limits import MOST_UNITS

FROM = {"from_": "from"}
"""`from` is a word of Python."""
MOST_STARTS = 1000
MOST_RESOURCES = 200

TimeZone = Annotated[str, Meta(description="That of the site.", examples=["Europe/Oslo"])]
Units = Annotated[int, Meta(ge=1, le=MOST_UNITS, description="How many are to be free.", examples=[1])]
Resources = Annotated[
    list[ResourceRef],
    Meta(max_length=MOST_RESOURCES, description="Any of these resources.", examples=[["res_1042"]]),
]
Weekday = Annotated[int, Meta(ge=1, le=7, examples=[1])]
Weekdays = Annotated[list[Weekday], Meta(description="On these days of the week; 1 is Monday.", examples=[[1, 2]])]
Place = Annotated[SiteRef, Meta(description="Where it must be.")]
EarliestTime = Annotated[ClockIn, Meta(description="The earliest start on each day.")]
LatestTime = Annotated[ClockIn, Meta(description="Starts are before it on each day.")]
Earliest = Annotated[MomentIn, Meta(description="The earliest start; now, if left out.")]
Free = Annotated[int, Meta(description="How many units are free.", examples=[1])]


class Start(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """A time at which a service can be booked."""

    from_: Moment
    to: Moment
    time_zone: TimeZone
    free: Free
    capacity: Annotated[int, Meta(description="The units of all these resources, or seats.", examples=[1])]
    resources: Annotated[list[ResourceId], Meta(description="Those that are free, the best first.")]
    session: Annotated[SessionId | None, Meta(description="The session, of a service that is attended.")]


class StartsOfDay(msgspec.Struct, frozen=True, kw_only=True):
    """A date with starts."""

    date: Annotated[date, Meta(examples=["2027-03-01"])]
    count: Annotated[int, Meta(description="How many starts it has.", examples=[7])]
    first: Annotated[Moment, Meta(description="The first of them.")]
    time_zone: TimeZone


class BusySpan(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """A time in which something of a resource is taken, buffers included."""

    from_: Moment
    to: Moment
    free: Annotated[int, Meta(description="How many units are left.", examples=[0])]


class Busy(msgspec.Struct, frozen=True, kw_only=True):
    """The busy times of a resource."""

    resource: ResourceId
    time_zone: TimeZone
    capacity: Annotated[int, Meta(description="How many units it has.", examples=[1])]
    busy: list[BusySpan]


class _Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What starts are asked for. Wall times are those of the site, else of the resources, else of the account."""

    service: ServiceRef
    resource: Resources | UnsetType = UNSET
    site: Place | UnsetType = UNSET
    units: Units = 1
    time_from: EarliestTime | UnsetType = UNSET
    time_to: LatestTime | UnsetType = UNSET
    weekday: Weekdays | UnsetType = UNSET


class ListStarts(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which starts to list. Wall times are those of the site, else of the resources, else of the account."""

    service: ServiceRef
    resource: Resources | UnsetType = UNSET
    site: Place | UnsetType = UNSET
    units: Units = 1
    time_from: EarliestTime | UnsetType = UNSET
    time_to: LatestTime | UnsetType = UNSET
    weekday: Weekdays | UnsetType = UNSET
    from_: Earliest | UnsetType = UNSET
    to: Annotated[
        MomentIn | UnsetType, Meta(description="Starts are before it; 14 days later, if left out; 366 at most.")
    ] = UNSET
    limit: Annotated[int, Meta(ge=1, le=MOST_STARTS, description="The most that one page has.", examples=[100])] = (
        MOST_STARTS
    )


class ListDays(_Wanted, frozen=True, kw_only=True, rename=FROM):
    """Of which dates the starts are to be counted."""

    from_: Annotated[date | UnsetType, Meta(description="The first date; today, if left out.")] = UNSET
    to: Annotated[
        date | UnsetType, Meta(description="The date after the last; 31 days later, if left out; 366 at most.")
    ] = UNSET


class NextStarts(_Wanted, frozen=True, kw_only=True, rename=FROM):
    """How many of the next starts to show."""

    n: Annotated[int, Meta(ge=1, le=100, description="How many starts.", examples=[3])] = 1
    from_: Annotated[MomentIn | UnsetType, Meta(description="The earliest start; now, if left out.")] = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="Starts are before it; 366 days later, if left out.")] = UNSET


class ListBusy(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """Whose busy times to list, and when."""

    resource: Annotated[Resources | UnsetType, Meta(description="All that are in use, if left out.")] = UNSET
    site: Place | UnsetType = UNSET
    from_: Annotated[MomentIn | UnsetType, Meta(description="Now, if left out.")] = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="7 days later, if left out; 366 at most.")] = UNSET
