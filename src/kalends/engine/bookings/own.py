"""What customers may still change themselves of what they have booked."""

import hashlib
from datetime import datetime, timedelta

from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.accounts.principal import Principal
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.customers.customer import Customer

_CONTACTS = {"email": "email", "sms": "phone"}
_DIGEST_BYTES = 16


def proof_of(channel: str, customer: Customer) -> str:
    """The name of a guest's link by which a customer was reached by a channel, or that of whose booking was verified by
    a code sent so: it tells the channel, and the contact as a digest."""
    return f"{channel} {_digest(_CONTACTS.get(channel, ''), customer)}"


def proven_contact(principal: Principal, customer: Customer | None) -> str | None:
    """The contact of a customer at which whoever has a guest's link to a booking was reached: email or phone; None if
    that is not shown. The link of somebody who came in the customer's place, or of an address that is theirs no more,
    shows nothing."""
    channel, _, digest = principal.name.partition(" ")
    contact = _CONTACTS.get(channel)
    if principal.kind != "guest" or principal.booking_id is None or contact is None or customer is None:
        return None
    return contact if digest and digest == _digest(contact, customer) else None


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


def _digest(contact: str, customer: Customer) -> str:
    """Of the contact as it is compared; "" if the customer has none."""
    value = customer.phone_key if contact == "phone" else customer.email
    return hashlib.blake2b(value.casefold().encode(), digest_size=_DIGEST_BYTES).hexdigest() if value else ""
