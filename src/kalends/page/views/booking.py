"""What a visitor holds or has booked: when, where, with whom, and what it costs."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.context import Context
from kalends.engine.billing.quote import Quote
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.site import Site
from kalends.engine.time.clock import zone
from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message
from kalends.page.views.links import Links
from kalends.page.views.words import capitalized, clock_text, money

STATES = (
    "awaiting_confirmation",
    "awaiting_payment",
    "cancelled",
    "confirmed",
    "declined",
    "draft",
    "verification_expired",
)
"""The states of bookings that a page tells: `done.STATE` is its heading, `after.STATE` what follows from it."""
_UTC_STAMP = "%Y%m%dT%H%M%SZ"
_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


class TimeOfBooking(msgspec.Struct, frozen=True):
    """One time of a booking; `who` and `place` are "" where there is nobody and nowhere to name. `google` and
    `outlook` are addresses at which it is put into a calendar there."""

    service: str
    when: str
    clock: Message
    who: str
    place: str
    address: str
    units: int
    instant: str
    zone: str
    google: str
    outlook: str


class BookingView(msgspec.Struct, frozen=True):
    """A hold or a booking. `state` is that of its items, or `lapsed`; `until` is the time at which a hold ends,
    in `seconds_left`; "" if it does not. `total` is "" if it has no price."""

    number: int
    state: str
    until: str
    seconds_left: int
    times: tuple[TimeOfBooking, ...]
    total: str


def booking_view(
    booking: BookingWithItems, quote: Quote, sites: Mapping[int, Site], ctx: Context, words: MessageLanguage
) -> BookingView:
    """The booking as its customer sees it."""
    first = booking.items[0]
    ends = first.item.expires_at
    there = _zone(first, ctx)
    return BookingView(
        number=booking.booking.id,
        state=state_at(first.item, ctx.now),
        until=words.hour(ends.astimezone(there)) if ends else "",
        seconds_left=max(0, int((ends - ctx.now).total_seconds())) if ends else 0,
        times=tuple(_time(view, sites, ctx, words) for view in booking.items),
        total=total_text(quote, words),
    )


class OwnPaths(msgspec.Struct, frozen=True):
    """Where the pages of one visitor are, and where their forms are sent: `times` shows the times of the service."""

    own: str
    times: str
    extend: str
    release: str
    leave: str
    code: str
    new_code: str
    calendar: str
    move: str
    cancel: str


def own_paths(links: Links, secret: str, booking: BookingWithItems) -> OwnPaths:
    """The paths of the holder of a link."""
    service_id, own = booking.items[0].item.service_id, f"/h/{secret}"
    return OwnPaths(
        own=links.to(own),
        times=links.to(f"/{service_id}" if service_id else "", visit=secret),
        extend=links.to(f"{own}/extend"),
        release=links.to(f"{own}/release"),
        leave=links.to(f"{own}/leave"),
        code=links.to(f"{own}/code"),
        new_code=links.to(f"{own}/new-code"),
        calendar=links.to(f"{own}/booking.ics"),
        move=links.to(f"{own}/move"),
        cancel=links.to(f"{own}/cancel"),
    )


def total_text(quote: Quote, words: MessageLanguage) -> str:
    """What a booking costs; "" if nothing of it has a price."""
    return money(quote.total, quote.currency, words) if quote.lines else ""


def difference(quote: Quote, base: Quote, words: MessageLanguage) -> str:
    """What a booking costs more than another; "" if it costs the same."""
    more: Decimal = quote.total - base.total
    return f"+{money(more, quote.currency, words)}" if more else ""


def _time(view: ItemView, sites: Mapping[int, Site], ctx: Context, words: MessageLanguage) -> TimeOfBooking:
    item, there = view.item, _zone(view, ctx)
    site = sites.get(view.site_id or 0)
    title = view.service.title if view.service else item.title or ""
    address = address_of(site)
    names = {"service": title, "place": address or (site.name if site else "")}
    return TimeOfBooking(
        service=title,
        when=capitalized(words.day(item.starts_at.astimezone(there)))
        + f", {words.hour(item.starts_at.astimezone(there))}–{words.hour(item.ends_at.astimezone(there))}",
        clock=clock_text(there, words),
        who=view.resource.title if view.resource and view.resource.public else "",
        place=site.name if site else "",
        address=address,
        units=item.units,
        instant=item.starts_at.isoformat(),
        zone=there.key,
        google=_google(view, names),
        outlook=_outlook(view, names),
    )


def address_of(site: Site | None) -> str:
    """The address of a site in one line."""
    if site is None:
        return ""
    place = " ".join(part for part in (site.postcode, site.city) if part)
    return ", ".join(part for part in (site.street, place) if part)


def _zone(view: ItemView, ctx: Context) -> ZoneInfo:
    return zone(view.time_zone) if view.time_zone else ctx.zone


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
