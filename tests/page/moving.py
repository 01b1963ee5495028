"""What is booked by the page or by staff, to be moved by its link."""

from datetime import UTC, datetime
from html import unescape
from re import findall
from typing import Any

import httpx

from kalends.actions.bookings.book import book
from kalends.actions.bookings.guest_links import create_booking_link
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from tests.desk import DAY
from tests.page.booking import Booker, hidden, starts
from tests.world import NOW, World

TUESDAY = datetime(2027, 3, 2, 7, tzinfo=UTC)
"""08:00 in Oslo, when Ada and Bo come to work."""


async def booked(booker: Booker, service_id: int, start: datetime | None = None, **query: object) -> None:
    """Book a service by the page, at this start or the first one."""
    page = await booker.look(service_id, **query, **({"day": start.date()} if start else {}))
    nth = 0 if start is None else next(n for n, each in enumerate(starts(page)) if moment(each) == start)
    await booker.choose(service_id, page, nth)
    assert "You are booked in" in (await booker.send()).text


async def staff_book(booker: Booker, *lines: RequestedLine) -> list[int]:
    """Book these lines as staff, and follow the link to it; answers the ids of the items."""
    clinic = booker.clinic
    made_by_staff = await book(clinic.ctx(), BookingRequest(lines=lines, customer_id=clinic.kari))
    await follow(booker, made_by_staff.booking.id)
    return [view.item.id for view in made_by_staff.items]


async def follow(booker: Booker, booking_id: int, proof: str = "") -> None:
    secret = await create_booking_link(booker.clinic.ctx(), "page", booking_id, NOW + 60 * DAY, proof=proof)
    booker.own = f"/h/{secret}"


async def links(booker: Booker) -> dict[str, str]:
    """What can be moved, by the text of its link; the button of the only one has no text of its own."""
    page = await booker.client.get(booker.own)
    return {unescape(text): which for which, text in findall(r'/move/([^"]*)">([^<]*)<', page.text)}


async def move(booker: Booker, start: str = "", *, which: str = "", **query: str) -> httpx.Response:
    """Press the button of a start on the page with the times; by default the last one."""
    path = f"move/{which}".removesuffix("/")
    page = await booker.client.get(f"{booker.own}/{path}", params=query)
    return await booker.post(path, **hidden(page), start=start or starts(page)[-1])


def moment(start: str) -> datetime:
    """The time of a button."""
    return datetime.fromisoformat(start.partition(" then ")[0].partition(" ")[0])


def line(clinic: World, starts_at: datetime, **fields: Any) -> RequestedLine:
    return RequestedLine(**{"service_id": clinic.massage, "resource_id": clinic.ada, "starts_at": starts_at, **fields})
