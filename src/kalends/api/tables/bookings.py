"""The operations on bookings."""

from functools import partial

from kalends.api.expansions import OF_BOOKINGS
from kalends.api.handlers import bookings
from kalends.api.lists import List
from kalends.api.operations import Media, Operation, Tracked
from kalends.api.schemas.bookings import (
    Booking,
    BookingCancelled,
    BookingInput,
    BookingPatch,
    BookingPath,
    ListBookings,
    NewBooking,
)
from kalends.api.schemas.messages import Message
from kalends.api.tables.refusals import BOOKED
from kalends.engine.refusals import Duplicate, IllegalTransition, Stale

_BOOKING = "/bookings/{booking_id}"
_CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n...\r\nEND:VCALENDAR\r\n"
_on_booking = partial(
    Operation,
    tag="Bookings",
    params=BookingPath,
    tracked=Tracked("booking", "booking_id", bookings.show),
    expansions=OF_BOOKINGS,
)

OPERATIONS = (
    Operation(
        method="GET",
        path="/bookings",
        handler=bookings.listing,
        id="list_bookings",
        summary="List bookings",
        description="Each with all its items. All conditions must be met by one of them.",
        tag="Bookings",
        scope="read",
        params=ListBookings,
        expansions=OF_BOOKINGS,
        answers={200: List[Booking]},
    ),
    Operation(
        method="POST",
        path="/bookings",
        handler=bookings.create,
        id="create_booking",
        summary="Book",
        description=(
            "Up to 100 lines, or a hold. What is taken is refused with all that is in the way, and with the nearest "
            "free times of each line."
        ),
        tag="Bookings",
        scope="book",
        body=BookingInput,
        answers={201: NewBooking},
        refusals=(*BOOKED, IllegalTransition),
        sample={
            "lines": [{"service": "svc_1042", "resource": "res_1042", "from": "2027-03-01T10:00:00+01:00"}],
            "customer_details": {"name": "Kari Nordmann", "email": "kari@example.org"},
        },
    ),
    _on_booking(
        method="GET",
        path=_BOOKING,
        handler=bookings.show,
        id="get_booking",
        summary="Show a booking",
        scope="read",
        answers={200: Booking},
    ),
    _on_booking(
        method="PATCH",
        path=_BOOKING,
        handler=bookings.change,
        id="change_booking",
        summary="Change a booking as a whole",
        scope="book",
        body=BookingPatch,
        answers={200: Booking},
        refusals=(Duplicate, IllegalTransition, Stale),
        sample={"customer": "cus_1042", "title": "Birthday party"},
    ),
    _on_booking(
        method="POST",
        path=f"{_BOOKING}/cancel",
        handler=bookings.cancel,
        id="cancel_booking",
        summary="Cancel a booking",
        description="All of its items that can be cancelled, and what is still to be made of a series.",
        scope="book",
        body=BookingCancelled,
        answers={200: Booking},
        refusals=(IllegalTransition, Stale),
    ),
    Operation(
        method="GET",
        path=f"{_BOOKING}/ics",
        handler=bookings.draw_calendar,
        id="get_booking_ics",
        summary="Get a booking as a calendar file",
        description="An event for each of its items, in its present state, for calendar programs.",
        tag="Bookings",
        scope="read",
        params=BookingPath,
        answers={200: Media(bookings.CALENDAR, "The calendar file (RFC 5545).", _CALENDAR)},
    ),
    Operation(
        method="GET",
        path=f"{_BOOKING}/messages",
        handler=bookings.list_booking_messages,
        id="list_messages_of_booking",
        summary="List the messages about a booking",
        description="The newest first, at most 100. They may have codes in them, so the key needs `manage`.",
        tag="Bookings",
        scope="manage",
        params=BookingPath,
        answers={200: List[Message]},
    ),
)
