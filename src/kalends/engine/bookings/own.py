"""What customers may still change themselves of what they have booked."""

from datetime import datetime, timedelta

from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.accounts.principal import Principal
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import BookingWithItems, ItemView

PROVEN = {"email": "email", "sms": "phone"}
"""The contact of a customer that a guest's link proves, by the name of the link: the channel by which it was sent, or
that of the code with which the booking was verified."""


def proven_contact(principal: Principal) -> str | None:
    """The contact at which whoever has a guest's link to a booking was reached: email or phone; None if that is not
    shown."""
    return PROVEN.get(principal.name) if principal.kind == "guest" and principal.booking_id is not None else None


def deadline(view: ItemView, page: BookingPage) -> datetime:
    """Until when the customer may cancel and move an item."""
    return view.item.starts_at - timedelta(hours=page.change_hours)


def changeable(booking: BookingWithItems, page: BookingPage, now: datetime) -> tuple[ItemView, ...]:
    """The items that the customer may still cancel."""
    return tuple(view for view in booking.items if is_active(view.item, now) and now < deadline(view, page))


def movable(booking: BookingWithItems, page: BookingPage, now: datetime) -> ItemView | None:
    """The item that the customer may still move: the only one of its booking, of a service, and no part of a series.

    What it takes besides its resource must be what its service needs, so that others of the kind can take its place.
    """
    items = changeable(booking, page, now)
    if len(booking.items) != 1 or not items:
        return None
    (view,) = items
    if view.service is None or view.recurs:
        return None
    return view if len(view.item.also_resource_ids) in (0, len(view.service.also_needs)) else None
