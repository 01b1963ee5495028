"""What a visitor has chosen so far of a service, as the query of the address says it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from kalends.actions.catalog.services import get_service, list_services
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.availability.starts import Lengths, StartsQuery
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.catalog.site import Site
from kalends.engine.refusals import NotFound
from kalends.engine.time.span import Span
from kalends.page.offered import list_bookable_services, with_serving

LONGEST_WAY = timedelta(days=365)
"""How far ahead times are looked for."""
THEN = ("then", "then2")
"""The parameters with the services that follow."""
TOKEN = "visit"
"""The field, and the parameter of an address, with the token of a visitor."""
AGAIN = "again"
"""The parameter with the secret of the link of somebody who books once more."""
ORIGIN = ("ref", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
"""The parameters that say whence a visitor comes, which the booking keeps."""
LONGEST_REF = 100
"""Characters of a note whence a visitor comes."""
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """A service with all that may be chosen of it, and what was: None is what does not matter.

    `resources` and `sites` are those that visitors may know of and that serve it, by their ids, the resources at the
    chosen site alone; with `is_at_one_site` there has to be one. Some who serve it have `own_terms`. `month` is its
    first day. `token` is that of a visitor who holds a time already. `origin` notes whence the visitor comes, `again`
    is the secret of the link of one who has booked before. `then` are services that follow, of `may_follow`, which is
    empty where no more may follow; `people` of up to `most_people` come at once. Of a booking that is moved, `below` is
    where that is done, `back` leads back to the booking, `lengths` are as of StartsQuery, `limited_to` are the
    resources among which is looked if none is chosen (None: all), and `without_sessions` and `without`, its own time,
    are not offered.
    """

    service: Service
    resources: Mapping[int, Resource]
    own_terms: Mapping[int, ServiceAssignment]
    sites: Mapping[int, Site]
    is_at_one_site: bool
    resource_id: int | None = None
    site_id: int | None = None
    units: int = 1
    most_units: int = 1
    people: int = 1
    most_people: int = 1
    then: tuple[Service, ...] = ()
    may_follow: tuple[Service, ...] = ()
    most_services: int = 1
    day: date | None = None
    month: date | None = None
    token: str = ""
    origin: Mapping[str, str] = {}
    again: str = ""
    below: str = ""
    back: str = ""
    lengths: Lengths = ()
    limited_to: tuple[int, ...] | None = None
    without_sessions: frozenset[int] = frozenset()
    without: tuple[datetime, ...] = ()

    @property
    def path(self) -> str:
        """Where they are made, below the page of the account: usually the page of the service."""
        return self.below or f"/{self.service.id}"

    @property
    def services(self) -> tuple[tuple[Service, timedelta | None], ...]:
        """The services, one after another, each with its length if that is another than it takes."""
        services = self.service, *self.then
        return tuple(zip(services, self.lengths or (None,) * len(services), strict=True))

    def starts(self, window: Span) -> StartsQuery:
        """The query for the times in a window."""
        return StartsQuery(
            service_id=self.service.id,
            window=window,
            resource_ids=self.limited_to if self.resource_id is None else (self.resource_id,),
            site_id=self.site_id,
            units=self.units,
            people=self.people,
            then=tuple(service.id for service in self.then),
            lengths=self.lengths,
            without_sessions=self.without_sessions,
            without=self.without,
        )

    @property
    def serving_ids(self) -> Collection[int]:
        """The resources that may serve it as far as chosen."""
        return self.resources.keys() if self.resource_id is None else (self.resource_id,)

    @property
    def terms(self) -> tuple[ServiceAssignment | None, ...]:
        """What is so of those who may serve it as far as chosen; None: nothing of their own."""
        return tuple(self.own_terms.get(resource_id) for resource_id in self.serving_ids)

    @property
    def opened_at(self) -> dict[str, str]:
        """The date at which the page is open, or else the month, as parameters of an address."""
        if self.day is not None:
            return {"day": str(self.day)}
        return {} if self.month is None else {"month": f"{self.month:%Y-%m}"}

    @property
    def unfiltered(self) -> dict[str, str]:
        """What stays when something else is chosen, as parameters of an address."""
        return {**self.opened_at, **self.origin, **({AGAIN: self.again} if self.again else {})}

    @property
    def parameters(self) -> dict[str, Any]:
        """What was chosen, as parameters of an address; what does not matter is left out."""
        chosen: dict[str, Any] = {"resource": self.resource_id, "site": self.site_id}
        chosen |= {AGAIN: self.again or None, TOKEN: self.token or None}
        chosen |= {"units": self.units if self.units > 1 else None, "people": self.people if self.people > 1 else None}
        chosen |= {name: service.id for name, service in zip(THEN, self.then, strict=False)}
        return {name: value for name, value in (chosen | dict(self.origin)).items() if value is not None}


async def load_choices(
    ctx: Context, page: BookingPage, service_id: int, sent: Mapping[str, str], *, stays_at: int | None = None
) -> Choices:
    """What the parameters `resource`, `site`, `units`, `people`, `then`, `then2`, `day` and `month` say. What makes no
    sense counts as not sent, so that an address never leads nowhere.

    Several services, or people, are at one site, and several people each with whom there is; so is what is served by
    several clocks, and what is moved, which `stays_at` its own unless another one was sent.

    Raises NotFound(service), also for one that visitors can't book; what is moved has no times then.
    """
    service = await get_service(ctx, service_id)
    offered = next(iter(await with_serving(ctx, [service])), None)
    if offered is None or not (offered.is_bookable or stays_at is not None):
        raise NotFound("service", service_id)
    resources = offered.resources
    at = {resource.site_id for resource in resources.values()}
    sites = {site.id: site for site in await list_sites(ctx) if site.public and site.id in at}
    day = _date(sent.get("day") or sent.get("from", ""))
    followers = await _followers(ctx, page, service)
    then = _followed_by(followers, page.most_services, sent)
    most_people = min(page.most_people, len(resources)) if service.most_units == 1 else 1
    people = _one_of(sent.get("people", ""), range(1, most_people + 1)) or 1
    is_at_one = bool(then) or people > 1 or stays_at is not None or len({site.time_zone for site in sites.values()}) > 1
    resource_id = _one_of(sent.get("resource", ""), resources) if people == 1 else None
    usual = stays_at if resource_id is None else resources[resource_id].site_id
    site_id = _one_of(sent.get("site", ""), sites) or (_usual_of(sites, usual) if is_at_one else None)
    at_site = {each.id: each for each in resources.values() if site_id in (None, each.site_id)}
    return Choices(
        service=service,
        resources=at_site,
        own_terms=offered.own_terms,
        sites=sites,
        is_at_one_site=is_at_one,
        resource_id=resource_id if resource_id in at_site else None,
        site_id=site_id,
        people=people,
        most_people=most_people,
        then=then,
        may_follow=followers,
        most_services=page.most_services,
        units=_one_of(sent.get("units", ""), range(1, service.most_units + 1)) or 1,
        most_units=service.most_units,
        day=day,
        origin=origin_of(sent),
        again=sent.get(AGAIN, "")[:LONGEST_REF],
        month=_month(sent, day),
    )


def _usual_of(sites: Mapping[int, Site], usual: int | None) -> int | None:
    """The usual one of these sites, else the first, also the only one: what follows may be served at others."""
    return usual if usual in sites else next(iter(sites), None)


def origin_of(sent: Mapping[str, str]) -> dict[str, str]:
    """Whence a visitor comes, as an address or a form says it."""
    return {name: sent[name][:LONGEST_REF] for name in ORIGIN if sent.get(name)}


async def _followers(ctx: Context, page: BookingPage, service: Service) -> tuple[Service, ...]:
    """The services that may follow."""
    if page.most_services == 1 or service.kind != "appointment":
        return ()
    appointments = [each for each in await list_services(ctx) if each.kind == "appointment"]
    return tuple(offered.service for offered in await list_bookable_services(ctx, appointments))


def _followed_by(followers: tuple[Service, ...], most_services: int, sent: Mapping[str, str]) -> tuple[Service, ...]:
    by_id = {service.id: service for service in followers}
    chosen = (_one_of(sent.get(name, ""), by_id) for name in THEN[: most_services - 1])
    return tuple(by_id[service_id] for service_id in chosen if service_id is not None)


def _one_of(text: str, known: Any) -> int | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
    return number if number in known else None


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_near(day) else None


def _month(sent: Mapping[str, str], day: date | None) -> date | None:
    month = _date(f"{sent.get('month', '')}-01") or day
    return month and month.replace(day=1)


def is_near(day: date) -> bool:
    """Whether a date is so near that one can reckon with it, in any time zone."""
    return _FIRST_YEAR < day.year < _LAST_YEAR
