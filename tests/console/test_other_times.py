"""The other times of a booking: which of them its panel lists, when they are, and where they lead."""

import re

from kalends.actions.bookings.appointments import book_appointments
from kalends.actions.bookings.book import book
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.sites import add_site
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.time.repeat_rule import RepeatRule
from tests.console.desk_client import desk
from tests.desk import HOUR, SOON, visit
from tests.world import World


async def test_times_elsewhere_are_by_the_clock_there_and_lead_there(
    clinic: World, password: str, address: str
) -> None:
    london = await add_site(clinic.ctx(), SitePatch(name="London", time_zone="Europe/London"))
    diana = await add_resource(clinic.ctx(), ResourcePatch(title="Diana", site_id=london.id))
    lines = [
        RequestedLine(resource_id=each, starts_at=SOON, ends_at=SOON + HOUR, service_id=None)
        for each in (clinic.ada, diana.id)
    ]
    here, there = (await book(clinic.ctx(), BookingRequest(lines=tuple(lines), customer_id=clinic.kari))).items
    async with desk(address, clinic, password) as marit:
        await marit.open(f"/sites/{clinic.site}/items/{here.item.id}")
        path, when = re.findall(r'<li><a href="/console([^"]+)" data-panel>([^<]+)', marit.page)[0]
        assert when == "Monday, 1 March 2027, 10:00–11:00, British Time (Europe/London)"
        assert await marit.open(path) == 200
        assert path == f"/sites/{london.id}/items/{there.item.id}"
        await marit.open(f"/sites/{clinic.site}/items/{here.item.id}/cancel")
        assert "Mon, 01/03/2027 10:00, British Time (Europe/London)" in marit.page
        await marit.open(path)
        back = re.findall(r'<li><a href="/console([^"]+)" data-panel>([^<]+)', marit.page)[0]
    oslo = "Monday, 1 March 2027, 11:00–12:00, Central European Time (Europe/Oslo)"
    assert back == (f"/sites/{clinic.site}/items/{here.item.id}", oslo)


async def test_of_many_times_those_are_listed_that_come_next(clinic: World, password: str, address: str) -> None:
    weekly = visit(clinic, service_id=clinic.physio)
    items = (await book_appointments(clinic.ctx(), weekly, RepeatRule("week", 1, 19))).items
    async with desk(address, clinic, password) as marit:
        await marit.open(f"/sites/{clinic.site}/items/{items[14].item.id}")
        assert "and 7 more" in marit.page
        listed = [int(each) for each in re.findall(r'/items/(\d+)" data-panel>Monday', marit.page)]
    assert listed == [each.item.id for each in (*items[7:14], *items[15:])]
