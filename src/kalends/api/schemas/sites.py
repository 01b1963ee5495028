"""Sites: the places where an account has its resources."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import HolidayCalendarId, HolidayCalendarRef, SiteId, SiteRef, write_id, write_optional_id
from kalends.api.lists import Listing
from kalends.api.times import Moment, shown
from kalends.engine.catalog.site import Site as EngineSite
from kalends.engine.catalog.site import SitePatch as EnginePatch
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.patch import changes
from kalends.engine.time.clock import zone

Name = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["North"])]
TimeZone = Annotated[str, Meta(extra={"form": "time_zone"}, description="An IANA name.", examples=["Europe/Oslo"])]
Street = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Storgata 1"])]
Postcode = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["0155"])]
City = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Oslo"])]
Country = Annotated[str, Meta(max_length=LONGEST_LINE, description="ISO 3166-1, two letters.", examples=["NO"])]
Phone = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["+47 22 33 44 55"])]
Email = Annotated[str, Meta(extra={"form": "email"}, max_length=LONGEST_LINE, examples=["north@example.org"])]
Latitude = Annotated[float, Meta(ge=-90, le=90, description="In degrees, north is positive.", examples=[59.91])]
Longitude = Annotated[float, Meta(ge=-180, le=180, description="In degrees, east is positive.", examples=[10.75])]
Closed = Meta(description="On whose days its resources are closed; null is none.")
Public = Annotated[bool, Meta(description="Whether customers are shown it.", examples=[True])]


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A place with an address and a time zone."""

    id: SiteId
    name: Name
    time_zone: TimeZone
    street: Street
    postcode: Postcode
    city: City
    country: Country
    phone: Phone
    email: Email
    latitude: Latitude | None
    longitude: Longitude | None
    holiday_calendar: Annotated[HolidayCalendarId | None, Closed]
    public: Public
    archived_at: Annotated[Moment | None, Meta(description="Since when it is hidden, and nothing new is booked there.")]
    created_at: Moment
    updated_at: Moment


class SiteFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be said of a site, be it new or changed."""

    name: Name | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    street: Street | UnsetType = UNSET
    postcode: Postcode | UnsetType = UNSET
    city: City | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    latitude: Latitude | UnsetType | None = UNSET
    longitude: Longitude | UnsetType | None = UNSET
    holiday_calendar: Annotated[HolidayCalendarRef | UnsetType | None, Closed] = UNSET
    public: Public | UnsetType = UNSET


class SitePatch(SiteFields, frozen=True, kw_only=True):
    """Changes of a site; what is left out stays."""

    archived: Annotated[bool | UnsetType, Meta(description="Whether it is hidden.", examples=[False])] = UNSET


class SiteInput(SiteFields, frozen=True, kw_only=True):
    """A new site; in the account's time zone unless it names another."""

    name: Name


class SitePath(msgspec.Struct, frozen=True, kw_only=True):
    """One site."""

    site_id: SiteRef


class ListSites(Listing, frozen=True, kw_only=True):
    """Which sites to list."""

    archived: Annotated[
        Literal["no", "yes", "any"], Meta(description="Whether those that are archived are listed.", examples=["no"])
    ] = "no"


def site_patch(sent: SiteInput | SitePatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    values = changes(sent)
    if "archived" in values:
        values["active"] = not values.pop("archived")
    if "holiday_calendar" in values:
        values["holiday_calendar_id"] = values.pop("holiday_calendar")
    return EnginePatch(**values)


def shown_site(site: EngineSite) -> Site:
    """A site as it is answered."""
    tz = zone(site.time_zone)
    return Site(
        id=write_id("site", site.id),
        name=site.name,
        time_zone=site.time_zone,
        street=site.street,
        postcode=site.postcode,
        city=site.city,
        country=site.country,
        phone=site.phone,
        email=site.email,
        latitude=site.latitude,
        longitude=site.longitude,
        holiday_calendar=write_optional_id("holiday_calendar", site.holiday_calendar_id),
        public=site.public,
        archived_at=site.archived_at and shown(site.archived_at, tz),
        created_at=shown(site.created_at, tz),
        updated_at=shown(site.updated_at, tz),
    )
