"""Sites: the places where an account has its resources."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.accounts.account import Account
from kalends.engine.catalog.archived import archived_since
from kalends.engine.contacts import normalized_email
from kalends.engine.limits import LONGEST_LINE, raise_if_faults, record_text_faults, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.clock import zone_faults

_LINES = ("street", "postcode", "city", "country", "phone", "email")


class Site(msgspec.Struct, frozen=True):
    """A place with an address and a time zone; `latitude` and `longitude` in degrees, north and east positive.

    One that is archived is hidden, and nothing new is booked there; what is booked there stays. `public`: whether
    visitors of a page see it, and book there.
    """

    account_id: int
    id: int
    name: str
    time_zone: str
    created_at: datetime
    updated_at: datetime
    holiday_calendar_id: int | None = None
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""
    archived_at: datetime | None = None
    details: dict[str, Any] = {}
    latitude: float | None = None
    longitude: float | None = None
    public: bool = True
    revision: int = 0

    @property
    def active(self) -> bool:
        """Whether it is not archived."""
        return self.archived_at is None


class SitePatch(Patch, frozen=True, kw_only=True):
    """Changes to a site; one that is not `active` is archived."""

    name: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    holiday_calendar_id: int | UnsetType | None = UNSET
    street: str | UnsetType = UNSET
    postcode: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    details: dict[str, Any] | UnsetType = UNSET
    latitude: float | UnsetType | None = UNSET
    longitude: float | UnsetType | None = UNSET
    public: bool | UnsetType = UNSET


def new_site(patch: SitePatch, account: Account, site_id: int, now: datetime) -> Site:
    """A new site, in the account's time zone unless the patch sets another.

    Raises Invalid(name: blank; every text: invalid, too_long; latitude, longitude: out_of_range; time_zone: unknown).
    """
    return changed_site(Site(account.id, site_id, "", account.time_zone, now, now), patch, now)


def changed_site(current: Site, patch: SitePatch, now: datetime) -> Site:
    """The site with the patch applied.

    Raises Invalid(name: blank; every text: invalid, too_long; latitude, longitude: out_of_range; time_zone: unknown).
    """
    site = patched(current, msgspec.structs.replace(patch, active=UNSET))
    site = msgspec.structs.replace(site, archived_at=archived_since(current.archived_at, patch.active, now))
    faults = text_faults("name", site.name, LONGEST_LINE, required=True) + record_text_faults(site, _LINES)
    faults += _degree_faults("latitude", site.latitude, 90) + _degree_faults("longitude", site.longitude, 180)
    if patch.email is not UNSET:
        faults += _email_faults(patch.email)
    raise_if_faults(faults + zone_faults(site.time_zone))
    return site


def _email_faults(email: str) -> list[Fault]:
    try:
        normalized_email(email)
    except Invalid as invalid:
        return list(invalid.faults)
    return []


def _degree_faults(name: str, degrees: float | None, most: int) -> list[Fault]:
    return [] if degrees is None or -most <= degrees <= most else [Fault(name, "out_of_range")]
