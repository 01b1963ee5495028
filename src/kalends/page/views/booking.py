"""What a visitor holds or has booked: when, where, with whom, and what it costs."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from kalends.actions.context import Context
from kalends.engine.billing.quote import Quote
from kalends.engine.bookings.hold import is_released
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.notices.messages.content import MOST_NUMBERS
from kalends.notices.messages.language import MessageLanguage
from kalends.page.views.links import Links
from kalends.page.views.parts import Part, parts_of
from kalends.page.views.time_of_booking import Around, TimeOfBooking, time_of, zone_of
from kalends.page.views.words import money

STATES = (
    "awaiting_confirmation",
    "awaiting_payment",
    "called_off",
    "cancelled",
    "confirmed",
    "declined",
    "draft",
    "released",
    "verification_expired",
)
"""The states of bookings that a page tells, that of what was held and given back, and that of seats in a session that
does not take place: `done.STATE` is its heading, `after.STATE` what follows from it."""


class BookingView(msgspec.Struct, frozen=True):
    """A hold or a booking. `number` is by what staff find it, as in messages: those of its times, of a long course that
    of the first. `state` is one of STATES; `until` is the time at which a hold ends, in `seconds_left`; "" if it does
    not. `total` is "" if it has no price."""

    number: str
    state: str
    until: str
    seconds_left: int
    times: tuple[TimeOfBooking, ...]
    total: str

    @property
    def parts(self) -> tuple[Part, ...]:
        """The times as they are told."""
        return parts_of(self.times)

    @property
    def is_one_time(self) -> bool:
        """Whether all of it is at one time, so that it is a single entry of a calendar."""
        return len({time.when for time in self.times}) == 1


def booking_view(
    booking: BookingWithItems, quote: Quote, around: Around, ctx: Context, words: MessageLanguage
) -> BookingView:
    """The booking as its customer sees it."""
    first = booking.items[0]
    ends = first.item.expires_at
    there = zone_of(first, ctx)
    numbered = booking.items if len(booking.items) <= MOST_NUMBERS else booking.items[:1]
    return BookingView(
        number=", ".join(str(view.item.id) for view in numbered),
        state=_state(first, ctx.now),
        until=words.hour(ends.astimezone(there)) if ends else "",
        seconds_left=max(0, int((ends - ctx.now).total_seconds())) if ends else 0,
        times=tuple(time_of(view, around, ctx, words) for view in booking.items),
        total=total_text(quote, words),
    )


def _state(view: ItemView, now: datetime) -> str:
    state = state_at(view.item, now)
    if state == "cancelled" and view.session and (view.session.deleted_at or view.session.archived_at):
        return "called_off"
    return "released" if is_released(view.item) else state


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
    cancel: str
    details: str


def own_paths(links: Links, secret: str, booking: BookingWithItems, chosen: Mapping[str, str]) -> OwnPaths:
    """The paths of the holder of a link; `chosen` are the parameters with which the times are shown."""
    service_id, own = booking.items[0].item.service_id, f"/h/{secret}"
    return OwnPaths(
        own=links.to(own),
        times=links.to(f"/{service_id}" if service_id else "", visit=secret, **chosen),
        extend=links.to(f"{own}/extend"),
        release=links.to(f"{own}/release"),
        leave=links.to(f"{own}/leave"),
        code=links.to(f"{own}/code"),
        new_code=links.to(f"{own}/new-code"),
        calendar=links.to(f"{own}/booking.ics"),
        cancel=links.to(f"{own}/cancel"),
        details=links.to(f"{own}/details"),
    )


def total_text(quote: Quote, words: MessageLanguage) -> str:
    """What a booking costs; "" if nothing of it has a price."""
    return money(quote.total, quote.currency, words) if quote.lines else ""


def difference(quote: Quote, base: Quote, words: MessageLanguage) -> str:
    """What a booking costs more than another; "" if it costs the same."""
    more: Decimal = quote.total - base.total
    return f"+{money(more, quote.currency, words)}" if more else ""
