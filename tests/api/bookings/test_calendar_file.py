"""The calendar file of a booking through the API."""

from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
from icalendar import Calendar

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.sites import add_site
from kalends.engine.catalog.site import SitePatch
from tests.api.bookings.test_bookings import booked, massage, on
from tests.api.conftest import Connect
from tests.world import World

OSLO = ZoneInfo("Europe/Oslo")


async def test_a_booking_is_a_calendar_file(api: httpx.AsyncClient, clinic: World) -> None:
    booking = await booked(api, massage(clinic), massage(clinic, on(2)), customer=f"cus_{clinic.kari}")
    await change_item_state(clinic.ctx(), int(booking["items"][1]["id"].removeprefix("item_")), "cancel")
    answer = await api.get(f"/bookings/{booking['id']}/ics")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/calendar")
    calendar = Calendar.from_ical(answer.content)
    assert "method" not in calendar
    first, second = calendar.walk("VEVENT")
    assert (first["status"], second["status"]) == ("CONFIRMED", "CANCELLED")
    assert first.decoded("dtstart") == datetime(2027, 3, 1, 11, tzinfo=OSLO)
    assert first.decoded("dtend") == datetime(2027, 3, 1, 12, tzinfo=OSLO)
    assert not {"attendee", "organizer"} & set(map(str.lower, first))


async def test_only_who_sees_the_booking_gets_it(api: httpx.AsyncClient, connect: Connect, clinic: World) -> None:
    booking = await booked(api, massage(clinic))
    elsewhere = await add_site(clinic.ctx(), SitePatch(name="Elsewhere"))
    limited = await connect(clinic, site_ids=frozenset({elsewhere.id}))
    assert (await limited.get(f"/bookings/{booking['id']}/ics")).status_code == 404
    assert (await api.get("/bookings/bkg_999999/ics")).status_code == 404
