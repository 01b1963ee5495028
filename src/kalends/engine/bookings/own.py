"""What customers may still change themselves of what they have booked."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from kalends.engine.accounts.account import Policy
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.accounts.principal import Principal
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.hold import is_held
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.bookings.visits import Visit, visits_of
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


class Movable(msgspec.Struct, frozen=True):
    """What of a booking is moved at once: a visit, which is a single time mostly, or the seats of a whole course.

    `sessions`: the ids of those in which who moves a seat has one already: its own, and the other dates of its course.
    """

    visit: Visit
    is_course: bool = False
    sessions: frozenset[int] = frozenset()

    @property
    def items(self) -> tuple[ItemView, ...]:
        """Its items, in order of time."""
        return self.visit.items

    @property
    def name(self) -> str:
        """By which it is known: `17`, the id of its first item, or `course-17`."""
        return f"course-{self.items[0].item.id}" if self.is_course else str(self.items[0].item.id)

    @property
    def service_id(self) -> int:
        """The service that comes first."""
        return self.items[0].item.service_id or 0


class NewPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where something is moved: to these starts of its services, one after another, at a site, the first with this
    resource (None: any), or to a session, or to a course, which is a series of sessions."""

    starts: tuple[datetime, ...] = ()
    resource_id: int | None = None
    site_id: int | None = None
    session_id: int | None = None
    course: str = ""


def movable(booking: BookingWithItems, page: BookingPage, now: datetime) -> tuple[Movable, ...]:
    """What the customer may still move. Each is moved by itself: a visit as a whole, each seat, each date of a series,
    and the seats of a course together, if they are two or more.

    What is cancelled takes no part. If one time of a visit or of a course has begun, or it is too late to change it,
    the others are not moved without it. It must be booked: of what is held another time is chosen instead, and nobody
    is written to at an address that is not verified. Services must be offered to the public, and what is taken besides
    must be what the service needs, so that others of the kind can take its place.
    """
    active = [view for view in booking.items if is_active(view.item, now)]
    still = {view.item.id for view in changeable(booking, page, now) if _is_booked(view.item) and _is_offered(view)}
    courses = _courses(active)
    groups = [Movable(visit, sessions=_sessions(visit.items[0], courses)) for visit in visits_of(active)]
    groups += [Movable(Visit(seats), is_course=True) for seats in courses]
    return tuple(group for group in groups if all(view.item.id in still for view in group.items))


def find_movable(booking: BookingWithItems, page: BookingPage, now: datetime, name: str) -> Movable | None:
    """What of a booking is known by this name, or all there is to move by "". None if it can't be moved (any more)."""
    groups = movable(booking, page, now)
    named = [group for group in groups if name in ("", group.name)]
    return named[0] if len(named) == 1 else None


def is_request(moved: Iterable[ItemView], policy: Policy) -> bool:
    """Whether a time to which a customer moves what is confirmed is a request, as that of a new booking is: where each
    one is confirmed by hand. The old time is given up, as nobody can keep two."""
    return policy.confirm_manually and any(view.item.state == "confirmed" for view in moved)


def _courses(views: Iterable[ItemView]) -> list[tuple[ItemView, ...]]:
    """The seats of each course of which somebody has several dates, one seat at each."""
    courses: dict[object, list[ItemView]] = {}
    for view in views:
        item = view.item
        if view.session is not None and view.session.series is not None:
            of_one = view.session.series, item.service_id, item.units, item.customer_id
            courses.setdefault(of_one, []).append(view)
    return [
        tuple(seats) for seats in courses.values() if 1 < len(seats) == len({each.item.session_id for each in seats})
    ]


def _sessions(view: ItemView, courses: Iterable[tuple[ItemView, ...]]) -> frozenset[int]:
    seats = next((seats for seats in courses if view in seats), (view,))
    return frozenset(seat.item.session_id for seat in seats if seat.item.session_id is not None)


def _is_booked(item: Item) -> bool:
    return item.state != "awaiting_verification" and not is_held(item)


def _is_offered(view: ItemView) -> bool:
    service = view.service
    if service is None or not (service.public and service.active):
        return False
    if service.kind != ("appointment" if view.item.session_id is None else "attendance"):
        return False
    return len(view.item.also_resource_ids) in (0, len(service.also_needs))


def _digest(contact: str, customer: Customer) -> str:
    """Of the contact as it is compared; "" if the customer has none."""
    value = customer.phone_key if contact == "phone" else customer.email
    return hashlib.blake2b(value.casefold().encode(), digest_size=_DIGEST_BYTES).hexdigest() if value else ""
