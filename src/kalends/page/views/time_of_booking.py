"""One time of what a visitor holds or has booked: when, where and with whom."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.context import Context
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.site import Site
from kalends.engine.time.clock import zone
from kalends.engine.time.span import Span
from kalends.notices.messages.content import extras_of
from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message
from kalends.page.views.words import capitalized, clock_text

_UTC_STAMP = "%Y%m%dT%H%M%SZ"
_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


class TimeOfBooking(msgspec.Struct, frozen=True):
    """One time of a booking; `serving` names who and what serves, by kind, those first that are booked for themselves.
    `place` is "" where there is none to name. `extras` are such as `2 × Towels`. `google` and `outlook` are addresses
    at which it is put into a calendar there."""

    service: str
    when: str
    clock: Message
    serving: Mapping[str, tuple[str, ...]]
    place: str
    address: str
    units: int
    extras: tuple[str, ...]
    instant: str
    zone: str
    google: str
    outlook: str

    @property
    def who(self) -> str:
        """All who and what serves, "" if nobody and nothing is named."""
        return ", ".join(chain.from_iterable(self.serving.values()))


class Around(msgspec.Struct, frozen=True):
    """The sites of the account, and the resources that are taken besides the main ones, by their ids, and what may be
    added to a booking."""

    sites: Mapping[int, Site]
    also: Mapping[int, Resource]
    add_ons: Sequence[LinkedAddOn] = ()


def time_of(view: ItemView, around: Around, ctx: Context, words: MessageLanguage) -> TimeOfBooking:
    """The time of an item as its customer sees it."""
    item, there = view.item, zone_of(view, ctx)
    site = around.sites.get(view.site_id or 0)
    title = view.service.title_in(words.code) if view.service else item.title or ""
    address = address_of(site)
    shown = [resource for resource in _resources(view, around) if resource.public]
    names = {"service": title, "place": address or (site.name if site else "")}
    return TimeOfBooking(
        service=title,
        when=capitalized(words.when(Span(*_moments(view)), there)),
        clock=clock_text(there, words),
        serving=by_kind((resource.kind, resource.title) for resource in shown),
        place=site.name if site else "",
        address=address,
        units=item.units,
        extras=tuple(extras_of(item, around.add_ons, words.code)),
        instant=item.starts_at.isoformat(),
        zone=there.key,
        google=_google(view, names),
        outlook=_outlook(view, names),
    )


def by_kind(named: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Names by their kind, each once."""
    names: dict[str, dict[str, None]] = {}
    for kind, name in named:
        names.setdefault(kind, {})[name] = None
    return {kind: tuple(of_kind) for kind, of_kind in names.items()}


def address_of(site: Site | None) -> str:
    """The address of a site in one line."""
    if site is None:
        return ""
    place = " ".join(part for part in (site.postcode, site.city) if part)
    return ", ".join(part for part in (site.street, place) if part)


def zone_of(view: ItemView, ctx: Context) -> ZoneInfo:
    """The zone by whose clock an item is meant."""
    return view.zone(ctx.zone)


def _google(view: ItemView, names: Mapping[str, str]) -> str:
    dates = "/".join(moment.astimezone(zone("UTC")).strftime(_UTC_STAMP) for moment in _moments(view))
    query = {"action": "TEMPLATE", "text": names["service"], "dates": dates, "location": names["place"]}
    return f"{_GOOGLE}?{urlencode(query)}"


def _outlook(view: ItemView, names: Mapping[str, str]) -> str:
    begin, end = (moment.isoformat() for moment in _moments(view))
    query = {"subject": names["service"], "startdt": begin, "enddt": end, "location": names["place"]}
    return f"{_OUTLOOK}?{urlencode(query)}"


def _moments(view: ItemView) -> tuple[datetime, datetime]:
    return view.item.starts_at, view.item.ends_at


def _resources(view: ItemView, around: Around) -> list[Resource]:
    also = [around.also[each] for each in view.item.also_resource_ids if each in around.also]
    return [*([view.resource] if view.resource else []), *also]
