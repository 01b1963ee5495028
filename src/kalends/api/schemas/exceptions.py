"""Exceptions to the weekly opening hours of a resource, or of all resources at a site."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import (
    ExceptionId,
    ExceptionRef,
    ResourceId,
    ResourceRef,
    ServiceId,
    ServiceRef,
    SiteId,
    SiteRef,
    write_id,
    write_optional_id,
)
from kalends.api.lists import Listing
from kalends.api.schemas.catalog import Revision, same_fields
from kalends.api.schemas.openings import Closes, minutes, shown_services
from kalends.api.times import Clock, ClockIn, Moment, clock_text
from kalends.engine.availability.exception_entry import ExceptionEntry, ExceptionPatch
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.patch import changes
from kalends.engine.query import Filter

FROM = {"from_": "from"}
"""`from` is a word of Python."""
From = Annotated[date, Meta(description="The first date.", examples=["2027-07-01"])]
To = Annotated[date, Meta(description="The date after the last.", examples=["2027-07-15"])]
Title = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Holiday"])]


class OpeningException(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """Dates on which the hours are others than usual; without hours it is closed."""

    id: ExceptionId
    site: SiteId | None
    resource: Annotated[ResourceId | None, Meta(description="It holds for its parts, too.")]
    from_: From
    to: To
    opens: Clock | None
    closes: Closes | None
    title: Title
    services: Annotated[list[ServiceId] | None, Meta(description="The services that it is for; null is all.")]
    revision: Revision
    created_at: Moment
    updated_at: Moment


class OpeningExceptionInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """Dates on which the hours are others than usual; without hours it is closed."""

    from_: From
    to: To
    opens: ClockIn | UnsetType | None = UNSET
    closes: Closes | UnsetType | None = UNSET
    title: Title | UnsetType = UNSET
    services: list[ServiceRef] | UnsetType | None = UNSET


class OpeningExceptionPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """Changes of an exception; what is left out stays."""

    from_: From | UnsetType = UNSET
    to: To | UnsetType = UNSET
    opens: ClockIn | UnsetType | None = UNSET
    closes: Closes | UnsetType | None = UNSET
    title: Title | UnsetType = UNSET
    services: list[ServiceRef] | UnsetType | None = UNSET


class OfResource(msgspec.Struct, frozen=True, kw_only=True):
    """One resource."""

    resource_id: ResourceRef


class OfSite(msgspec.Struct, frozen=True, kw_only=True):
    """One site."""

    site_id: SiteRef


class OneOfResource(msgspec.Struct, frozen=True, kw_only=True):
    """An exception of a resource."""

    resource_id: ResourceRef
    exception_id: ExceptionRef


class OneOfSite(msgspec.Struct, frozen=True, kw_only=True):
    """An exception of a site."""

    site_id: SiteRef
    exception_id: ExceptionRef


class ListOfResource(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which exceptions of a resource to list."""

    resource_id: ResourceRef
    from_: Annotated[date | UnsetType, Meta(description="Only those that end after it.")] = UNSET
    to: Annotated[date | UnsetType, Meta(description="Only those that begin before it.")] = UNSET


class ListOfSite(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which exceptions of a site to list."""

    site_id: SiteRef
    from_: Annotated[date | UnsetType, Meta(description="Only those that end after it.")] = UNSET
    to: Annotated[date | UnsetType, Meta(description="Only those that begin before it.")] = UNSET


_RENAMED = {"from_": "day_from", "to": "day_until", "services": "service_ids"}


def exception_patch(sent: OpeningExceptionInput | OpeningExceptionPatch) -> ExceptionPatch:
    """What was sent, as the engine takes it."""
    fields = {_RENAMED.get(name, name): value for name, value in changes(sent).items()}
    if isinstance(closes := fields.get("closes"), str):
        fields["closes"] = minutes(closes)
    if "service_ids" in fields:
        fields["service_ids"] = frozenset(fields["service_ids"]) if fields["service_ids"] else None
    return ExceptionPatch(**fields)


def date_filters(params: ListOfResource | ListOfSite) -> tuple[Filter, ...]:
    """The filters on the dates that are asked for."""
    since = () if params.from_ is UNSET else (Filter("day_until", "greater", params.from_),)
    until = () if params.to is UNSET else (Filter("day_from", "less", params.to),)
    return since + until


def shown_exception(exception: ExceptionEntry, tz: ZoneInfo) -> OpeningException:
    """An exception as it is answered, with moments in this zone."""
    fields = same_fields(exception, OpeningException, tz) | {
        "id": write_id("exception", exception.id),
        "site": write_optional_id("site", exception.site_id),
        "resource": write_optional_id("resource", exception.resource_id),
        "from_": exception.day_from,
        "to": exception.day_until,
        "opens": None if exception.opens is None else clock_text(exception.opens),
        "closes": None if exception.closes is None else clock_text(exception.closes),
        "services": shown_services(exception.service_ids),
    }
    return OpeningException(**fields)
