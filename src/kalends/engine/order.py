"""A whole booking: the order with all its items, as it is wished for and as it is."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.engine.booking import Booking
from kalends.engine.extra import Extra
from kalends.engine.listing import ItemView
from kalends.engine.people import Customer
from kalends.engine.span import Span


class Place(msgspec.Struct, frozen=True):
    """A resource, or a part of one, that is wanted whole at each time of the order, and what is to go with it there.

    In a change a place without extras keeps those that are there.
    """

    resource_id: int
    extras: tuple[Extra, ...] = ()


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as wished for: each place at each of the times, all of them or none.

    `state` is confirmed, draft (takes no time), awaiting_confirmation or cancelled; `status` is attendance. `customer`
    holds fields of engine.people.Customer to match or make a customer from. `recurs` tells a series from single times.
    """

    places: tuple[Place, ...]
    spans: tuple[Span, ...]
    state: str = "confirmed"
    status: str | None = None
    title: str = ""
    comments: str = ""
    customer_id: int | None = None
    customer: Mapping[str, Any] | None = None
    recurs: bool = False
    details: Mapping[str, Any] = {}


class BookingWithItems(msgspec.Struct, frozen=True):
    """A booking as it is: its items in the order of their times."""

    booking: Booking
    customer: Customer | None
    entries: tuple[ItemView, ...]


class BookingQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which bookings, in the order of their ids, and which of their items: those that overlap `window`.

    `resource_ids` means these resources and all their parts. `from_minute` and `until_minute` ask for items that
    overlap that part of the day, wall time, on one of their days. `states` None is any but deleted.
    """

    resource_ids: tuple[int, ...] | None = None
    window: Span | None = None
    from_minute: int | None = None
    until_minute: int | None = None
    states: tuple[str, ...] | None = None
    limit: int | None = None
    offset: int = 0
