"""Why a time can or can't be booked."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import ResourceId, ResourceRef, ServiceRef, SessionId, SessionRef, SiteRef
from kalends.api.problem_shapes import Conflict, FieldFault
from kalends.api.schemas.availability import FROM, Resources, TimeZone, Units
from kalends.api.schemas.lines import Also
from kalends.api.times import Moment, MomentIn

Bookable = Annotated[bool, Meta(description="Whether it can be booked now.", examples=[False])]
Offered = Annotated[
    bool, Meta(description="Whether `GET /availability` has it: it can be booked, on the service's steps.")
]

ExtraResources = Annotated[
    list[ResourceRef], Meta(max_length=50, description="Inventories that go with it, named once for each unit.")
]
ExtraServices = Annotated[
    list[ServiceRef], Meta(max_length=50, description="Added services, named once for each unit.")
]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why not, as the problem would say it that a booking is refused with."""

    code: Annotated[str, Meta(description="The last part of the type of the problem.", examples=["taken"])]
    title: Annotated[str, Meta(examples=["The time is taken"])]
    detail: Annotated[str, Meta(description="For people.", examples=["The time is taken."])]
    errors: Annotated[list[FieldFault], Meta(description="Of `invalid`.", examples=[[]])]
    conflicts: Annotated[list[Conflict], Meta(description="Of `taken`: what is in the way.", examples=[[]])]


class Option(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """A resource or session on which it could be booked."""

    resource: ResourceId | None
    session: SessionId | None
    also: Annotated[list[ResourceId], Meta(description="What is taken besides, as far as it is free.", examples=[[]])]
    from_: Moment
    to: Annotated[Moment | None, Meta(description="Null if it does not serve this at all.")]
    time_zone: TimeZone
    bookable: Bookable
    offered: Offered
    reasons: Annotated[
        list[Reason],
        Meta(description="All that speaks against it. With `off-step` alone it can be booked."),
    ]


class NearTime(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """A time near the one that was asked for, at which it can be booked."""

    resource: ResourceId | None
    session: SessionId | None
    from_: Moment
    to: Moment
    time_zone: TimeZone


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a time can or can't be booked: whether any option can, and all options, the best first."""

    bookable: Bookable
    offered: Offered
    options: list[Option]
    nearest: Annotated[list[NearTime], Meta(description="The nearest free times, if it can't be booked.")]


class Explain(msgspec.Struct, frozen=True, kw_only=True):
    """Which time is to be explained: of a service, of resources, of a service on these resources, or of a session."""

    at: Annotated[MomentIn | UnsetType, Meta(description="When it would begin; not for a session.")] = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="Its end; left out, as long as the service takes.")] = UNSET
    service: ServiceRef | UnsetType = UNSET
    resource: Resources | UnsetType = UNSET
    session: Annotated[SessionRef | UnsetType, Meta(description="Seats in it; times and resource are its own.")] = UNSET
    also: Also | UnsetType = UNSET
    extra_resource: ExtraResources | UnsetType = UNSET
    extra_service: ExtraServices | UnsetType = UNSET
    site: Annotated[SiteRef | UnsetType, Meta(description="Where it must be.")] = UNSET
    units: Units = 1
    public: Annotated[
        bool, Meta(description="By the rules for the public, else by those for the staff.", examples=[True])
    ] = True
