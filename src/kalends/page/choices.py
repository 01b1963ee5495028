"""What a visitor has chosen so far of a service, as the query of the address says it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from kalends.actions.availability.free_times import list_bookable
from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.services import get_service, list_services
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.availability.starts import StartsQuery
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import BOOKED, Service
from kalends.engine.catalog.site import Site
from kalends.engine.refusals import NotFound
from kalends.engine.time.span import Span

LONGEST_WAY = timedelta(days=365)
"""How far ahead times are looked for."""
THEN = ("then", "then2")
"""The parameters with the services that follow."""
AGAIN = "again"
"""The parameter with the secret of the link of somebody who books once more."""
ORIGIN = ("ref", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
"""The parameters that say whence a visitor comes, which the booking keeps."""
LONGEST_REF = 100
"""Characters of a note whence a visitor comes."""
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """A service with all that may be chosen of it, and what was: None is what does not matter.

    `resources` and `sites` are those that visitors may know of and that serve it, by their ids. `month` is its first
    day. `origin` notes whence the visitor comes, `again` is the secret of the link of one
    who has booked before. `then` are services that follow, of `may_follow`, which is empty where no
    more may follow; `people` of up to `most_people` come at once.
    """

    service: Service
    resources: Mapping[int, Resource]
    sites: Mapping[int, Site]
    resource_id: int | None = None
    site_id: int | None = None
    units: int = 1
    people: int = 1
    most_people: int = 1
    then: tuple[Service, ...] = ()
    may_follow: tuple[Service, ...] = ()
    most_services: int = 1
    day: date | None = None
    month: date | None = None
    origin: Mapping[str, str] = {}
    again: str = ""
    below: str = ""

    @property
    def path(self) -> str:
        """Where they are made, below the page of the account: usually the page of the service."""
        return self.below or f"/{self.service.id}"

    def starts(self, window: Span) -> StartsQuery:
        """The query for the times in a window."""
        return StartsQuery(
            service_id=self.service.id,
            window=window,
            resource_ids=None if self.resource_id is None else (self.resource_id,),
            site_id=self.site_id,
            units=self.units,
            people=self.people,
            then=tuple(service.id for service in self.then),
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """What was chosen, as parameters of an address; what does not matter is left out."""
        chosen = {"resource": self.resource_id, "site": self.site_id, AGAIN: self.again or None}
        chosen |= {"units": self.units if self.units > 1 else None, "people": self.people if self.people > 1 else None}
        chosen |= {name: service.id for name, service in zip(THEN, self.then, strict=False)}
        return {name: value for name, value in (chosen | dict(self.origin)).items() if value is not None}


async def load_choices(ctx: Context, page: BookingPage, service_id: int, sent: Mapping[str, str]) -> Choices:
    """What the parameters `resource`, `site`, `units`, `people`, `then`, `then2`, `day` and `month` say. What makes no
    sense counts as not sent, so that an address never leads nowhere.

    Several services, or people, are at one site, and several people each with whom there is.

    Raises NotFound(service), also for one that visitors may not book.
    """
    service = await get_service(ctx, service_id)
    if not (service.public and service.active and service.kind in BOOKED):
        raise NotFound("service", service_id)
    resources = await _serving(ctx, service)
    at = {resource.site_id for resource in resources.values()}
    sites = {site.id: site for site in await list_sites(ctx) if site.public and site.id in at}
    day = _date(sent.get("day") or sent.get("from", ""))
    month = _date(f"{sent.get('month', '')}-01") or day
    followers = await _followers(ctx, page, service)
    then = _followed_by(followers, page.most_services, sent)
    most_people = min(page.most_people, len(resources)) if service.most_units == 1 else 1
    people = _one_of(sent.get("people", ""), range(1, most_people + 1)) or 1
    site_id = _one_of(sent.get("site", ""), sites)
    if site_id is None and len(sites) > 1 and (then or people > 1):
        site_id = next(iter(sites))
    return Choices(
        service=service,
        resources=resources,
        sites=sites,
        resource_id=_one_of(sent.get("resource", ""), resources) if people == 1 else None,
        site_id=site_id,
        people=people,
        most_people=most_people,
        then=then,
        may_follow=followers,
        most_services=page.most_services,
        units=_one_of(sent.get("units", ""), range(1, service.most_units + 1)) or 1,
        day=day,
        origin=origin_of(sent),
        again=sent.get(AGAIN, "")[:LONGEST_REF],
        month=month and month.replace(day=1),
    )


def origin_of(sent: Mapping[str, str]) -> dict[str, str]:
    """Whence a visitor comes, as an address or a form says it."""
    return {name: sent[name][:LONGEST_REF] for name in ORIGIN if sent.get(name)}


async def _followers(ctx: Context, page: BookingPage, service: Service) -> tuple[Service, ...]:
    """The services that may follow."""
    if page.most_services == 1 or service.kind != "appointment":
        return ()
    return tuple(each for each in await list_services(ctx) if each.public and each.kind == "appointment")


def _followed_by(followers: tuple[Service, ...], most_services: int, sent: Mapping[str, str]) -> tuple[Service, ...]:
    by_id = {service.id: service for service in followers}
    chosen = (_one_of(sent.get(name, ""), by_id) for name in THEN[: most_services - 1])
    return tuple(by_id[service_id] for service_id in chosen if service_id is not None)


async def _serving(ctx: Context, service: Service) -> dict[int, Resource]:
    """The resources that serve a service, of which visitors may choose one; sessions have theirs already."""
    if service.kind == "attendance":
        return {}
    assigned = {assignment.resource_id for assignment in await list_assignments(ctx, [service.id])}
    return {
        resource.id: resource
        for resource in await list_bookable(ctx)
        if resource.public
        and resource.kind not in service.also_needs
        and (service.served_by_all or resource.id in assigned)
    }


def _one_of(text: str, known: Any) -> int | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
    return number if number in known else None


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_near(day) else None


def is_near(day: date) -> bool:
    """Whether a date is so near that one can reckon with it, in any time zone."""
    return _FIRST_YEAR < day.year < _LAST_YEAR
