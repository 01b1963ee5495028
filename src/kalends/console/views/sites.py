"""Sites: the list of them, the fields of the form, and what it says."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Group, own_name
from kalends.console.views.records import Fields
from kalends.console.views.settings import countries, time_zones
from kalends.console.views.tables import Cell, Row, Table
from kalends.engine.accounts.account import Account
from kalends.engine.catalog.site import Site, SitePatch
from kalends.notices.countries import country_name
from kalends.notices.texts import Message

PATH = "/settings/sites"
FIELDS = (
    *("name", "time_zone", "street", "postcode", "city", "country", "phone", "email", "holidays", "public"),
    *("active",),
)
_NONE, _OF_COUNTRY = "none", "country"


class SentSite(msgspec.Struct, frozen=True):
    """What the form says of a site. `holidays` is the id of a calendar, None for none, or the code of a country."""

    patch: SitePatch
    holidays: int | str | None


def sites_table(sites: Sequence[Site], with_archived: bool) -> Table:
    """Sites, the oldest first."""
    rows = tuple(_row(site) for site in sites if site.active or with_archived)
    columns = ("sites.name", "sites.address", "sites.time_zone", "services.state")
    return Table("sites.list", columns, rows, "sites.none")


def site_fields(
    site: Site | None, account: Account, calendars: Mapping[str, int], language: str
) -> tuple[Field | Group, ...]:
    """The fields of the form, of a site or of a new one; `calendars` are the account's, by name."""
    fields = Fields("sites", site, _values(site, account, calendars))
    land = (Choice("", "customers.not_said"), *countries(language))
    address = (fields.line("street"), fields.line("postcode"), fields.line("city"), fields.select("country", land))
    reach = (fields.line("phone", "tel"), fields.line("email", "email"))
    return (
        fields.line("name", required=True),
        fields.select("time_zone", time_zones(), required=True, hint="sites.time_zone_hint"),
        Group("customers.address", address, "sites.address_hint", beside=True),
        Group("sites.reach", reach, beside=True),
        fields.select("holidays", _holidays(account, calendars, language), hint="sites.holidays_hint"),
        fields.tick("public", hint="sites.public_hint"),
        fields.tick("active", hint="sites.active_hint"),
    )


def sent_site(values: Values, account: Account, calendars: Mapping[str, int]) -> SentSite:
    """What the form says."""
    names = ("name", "street", "postcode", "city", "country", "phone", "email")
    texts: dict[str, Any] = {name: values.text(name) for name in names}
    patch = SitePatch(
        **texts,
        time_zone=values.text("time_zone"),
        public=values.flag("public"),
        active=values.flag("active"),
    )
    known: dict[str, Any] = {"": None, _NONE: None, _OF_COUNTRY: account.country}
    known |= {str(calendar_id): calendar_id for calendar_id in calendars.values()}
    holidays = values.choice("holidays", known)
    return SentSite(patch, None if holidays is UNSET else holidays)


def _holidays(account: Account, calendars: Mapping[str, int], language: str) -> list[Choice]:
    """None, those of the account's country, and the calendars that there are."""
    choices = [Choice(_NONE, "sites.no_holidays")]
    if account.country and account.country not in calendars:
        choices.append(Choice(_OF_COUNTRY, own_name(country_name(account.country, language))))
    named = ((country_name(name, language), calendar_id) for name, calendar_id in calendars.items())
    return [*choices, *(Choice(str(calendar_id), own_name(name)) for name, calendar_id in named)]


def _values(site: Site | None, account: Account, calendars: Mapping[str, int]) -> dict[str, object]:
    if site is None:
        holidays = calendars.get(account.country, _OF_COUNTRY if account.country else _NONE)
        own = {"time_zone": account.time_zone, "country": account.country, "public": True, "active": True}
        return {**own, "holidays": holidays}
    return {"holidays": site.holiday_calendar_id or _NONE, "active": site.active}


def _row(site: Site) -> Row:
    place = " ".join(part for part in (site.postcode, site.city) if part)
    state = Cell() if site.active else Cell(Message("records.archived"), tone="done")
    if site.active and not site.public:
        state = Cell(Message("services.not_public"))
    address = ", ".join(part for part in (site.street, place) if part)
    return Row((Cell(site.name), Cell(address), Cell(site.time_zone), state), f"{PATH}/{site.id}")
