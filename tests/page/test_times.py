"""What visitors see before they choose: the services, the next free times, a month, and the times of a date."""

import re
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.catalog.assignments import change_assignment, get_assignment_of
from kalends.actions.catalog.resources import add_resource, change_resource
from kalends.actions.catalog.services import add_service, assign_resources, change_service
from kalends.actions.catalog.sites import add_site, change_site
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.notices.texts import LANGUAGES
from tests.desk import HOUR, SOON, made, new_york
from tests.desk import visit as massage
from tests.page.booking import Booker, hidden, starts
from tests.page.conftest import Visit
from tests.world import World

KEY = re.compile(r"\b[a-z]+\.[a-z_]+\b")
"""What the key of a text looks like, such as `times.title`."""


async def hide(studio: World, resource_id: int) -> None:
    await change_resource(studio.ctx(), resource_id, ResourcePatch(public=False))


async def test_only_staff_book_at_a_site_that_is_not_public(studio: World, booker: Booker) -> None:
    await studio.class_with((studio.left,), starts_at=SOON, ends_at=SOON + HOUR)
    pages = [await booker.look(service_id) for service_id in (studio.massage, studio.yoga)]
    assert all(starts(page) for page in pages)
    await change_site(studio.ctx(), studio.site, SitePatch(public=False))
    for service_id, page in zip((studio.massage, studio.yoga), pages, strict=True):
        assert starts(await booker.look(service_id)) == []
        assert "Your details" not in (await booker.choose(service_id, page)).text
    await made(studio, massage(studio))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_in_every_language(studio: World, visit: Visit, language: str) -> None:
    visitor = await visit(locale=language)
    for path in ("", f"/{studio.massage}", f"/{studio.sauna_visit}", "/999999"):
        await visitor.open(path)
        assert await visitor.page.get_attribute("html", "lang") == language
        assert KEY.findall(await visitor.text("body")) == []
        await visitor.check()


async def test_the_pages_in_the_dark(studio: World, visit: Visit) -> None:
    visitor = await visit(color_scheme="dark")
    for path in ("", f"/{studio.massage}"):
        await visitor.open(path)
        await visitor.check()


async def test_the_next_times_stand_first_and_the_month_counts_them(studio: World, visit: Visit) -> None:
    visitor = await visit()
    await visitor.open(f"/{studio.physio}")
    upcoming = await visitor.page.locator(".next button").all_inner_texts()
    assert upcoming[0].split("\n") == ["Mon, 1 Mar, 10:15–11:00", "Ada"]
    assert len(upcoming) == 5
    day = visitor.page.locator("td a").nth(1)
    assert await day.get_attribute("aria-label") == "Tuesday, 2 March 2027, 10 times free"
    await day.click()
    await visitor.page.wait_for_url("**day=2027-03-02**")
    assert "Tuesday, 2 March 2027, 10 times free" in await visitor.text()
    time = visitor.page.locator(".times button").first
    assert await time.get_attribute("aria-label") == "08:00 to 08:45, with Ada, Oslo time"


async def test_a_month_without_times_says_when_the_next_one_is(studio: World, visit: Visit) -> None:
    await change_service(studio.ctx(), studio.physio, ServicePatch(notice=60 * 24 * 40))
    visitor = await visit()
    await visitor.open(f"/{studio.physio}?month=2027-03")
    assert "No times are free in March 2027." in await visitor.text()
    await visitor.page.click("text=The next one is on Monday, 12 April 2027.")
    assert "Monday, 12 April 2027" in await visitor.text("#times")


async def test_what_is_served_by_several_clocks_is_at_one_site(studio: World, booker: Booker) -> None:
    chair = await new_york(studio)
    call = await add_service(studio.ctx(), ServicePatch(title="Call"), [studio.ada, chair])
    page = await booker.look(call.id)
    assert "Anywhere" not in page.text
    assert "Mon, 1 Mar, 11:00 to 12:00, with Ada, Oslo time" in page.text
    page = await booker.look(call.id, resource=chair)
    assert "Mon, 1 Mar, 05:00 to 06:00, with Chair, New York time" in page.text


async def test_dates_and_deadlines_are_by_the_clock_of_the_site(studio: World, booker: Booker) -> None:
    call = await add_service(studio.ctx(), ServicePatch(title="Call", notice=24 * 60), [await new_york(studio)])
    page = await booker.look(call.id, day="2027-03-02", at="03:00")
    assert "it could be booked until Monday, 1 March 2027, 03:00" in page.text
    page, other = [await booker.look(call.id, day="2027-03-03") for _ in range(2)]
    late = "2027-03-03T20:00:00-05:00"
    await booker.choose(call.id, page, starts(page).index(late))
    taken = await booker.client.post(f"/{call.id}", data={**hidden(other), "start": late})
    assert taken.status_code == 409
    assert '<h2 id="times" tabindex="-1">Wednesday, 3 March 2027' in taken.text


async def test_who_is_at_another_site_is_not_among_those_to_choose(studio: World, booker: Booker) -> None:
    branch = await add_site(studio.ctx(), SitePatch(name="Branch"))
    eve = await add_resource(studio.ctx(), ResourcePatch(title="Eve", site_id=branch.id))
    call = await add_service(studio.ctx(), ServicePatch(title="Call"), [studio.ada, studio.bo, eve.id])
    assert "Eve" in (await booker.look(call.id)).text
    page = await booker.look(call.id, site=studio.site, resource=eve.id)
    assert "Eve" not in page.text
    assert "Next free times" in page.text


async def test_each_session_says_its_clock_where_clocks_differ(studio: World, booker: Booker) -> None:
    choir = await add_service(studio.ctx(), ServicePatch(title="Choir", kind="attendance"))
    for room in (studio.hall, await new_york(studio)):
        await studio.class_with((room,), service_id=choir.id, starts_at=SOON, ends_at=SOON + HOUR)
    page = await booker.look(choir.id)
    assert page.text.count("<br>Oslo time") == page.text.count("<br>New York time") == 1
    assert "data-clock" not in page.text


async def test_a_day_without_times_is_said_before_the_next_one(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage, day="2027-03-13")
    assert "No times are free on Saturday, 13 March 2027." in page.text
    assert '<h2 id="times" tabindex="-1">Monday, 15 March 2027' in page.text
    (later,) = re.findall(r'href="[^"]*(/\d+[^"]*)#month" rel="next"', page.text)
    page = await booker.client.get(unescape(later))
    assert ("April 2027" in page.text, "No times are free" in page.text) == (True, False)


async def test_how_long_it_takes_with_whoever_serves(studio: World, booker: Booker) -> None:
    slow = await get_assignment_of(studio.ctx(), studio.massage, studio.ada)
    await change_assignment(studio.ctx(), slow.id, ServiceAssignmentPatch(duration=90))
    for page in (await booker.client.get(""), await booker.look(studio.massage)):
        assert "60 minutes – 90 minutes" in page.text
    assert "Massage, 90 minutes</p>" in (await booker.look(studio.massage, resource=studio.ada)).text


async def test_a_stay_of_a_day_says_on_which_it_ends(studio: World, booker: Booker) -> None:
    await change_service(studio.ctx(), studio.sauna_visit, ServicePatch(duration=60 * 24, step=60 * 24))
    page = await booker.look(studio.sauna_visit)
    assert "Tue, 2 Mar, 00:00 – Wed, 3 Mar, 00:00" in page.text
    assert "Tuesday, 2 March 2027, all day" in (await booker.choose(studio.sauna_visit, page)).text


async def test_what_is_not_public_is_not_there(studio: World, client: httpx.AsyncClient) -> None:
    await change_service(studio.ctx(), studio.physio, ServicePatch(public=False))
    assert "Physio" not in (await client.get("")).text
    assert (await client.get(f"/{studio.physio}")).status_code == 404
    await change_booking_page(studio.ctx(), BookingPagePatch(active=False))
    assert (await client.get("")).status_code == 404


async def test_who_is_not_public_is_booked_neither_by_name_nor_as_anybody(studio: World, booker: Booker) -> None:
    await hide(studio, studio.bo)
    page = await booker.look(studio.massage, resource=studio.bo)
    assert "Bo" not in page.text
    for turn, start in enumerate(("2027-03-02T08:00:00+01:00", f"2027-03-02T09:00:00+01:00 {studio.bo}")):
        held = await booker.client.post(f"/{studio.massage}", data={**hidden(page), "start": start})
        assert held.status_code == (200, 409)[turn]
    await made(studio, massage(studio, starts_at=datetime(2027, 3, 3, 7, tzinfo=UTC)))
    assert "2027-03-03T08:00:00+01:00" not in starts(await booker.look(studio.massage, day="2027-03-03"))
    assert await studio.db.fetchval("select count(*) from claim where resource_id = $1", studio.bo) == 0


async def test_a_service_that_nobody_public_serves_is_not_offered(studio: World, booker: Booker) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(most_services=2))
    await hide(studio, studio.ada)
    listed, asked = await booker.client.get(""), await booker.look(studio.physio)
    assert ("Massage" in listed.text, "Yoga" in listed.text, "Physio" in listed.text) == (True, True, False)
    assert (asked.status_code, "This can&#39;t be booked here" in asked.text) == (404, True)
    assert "Physio" not in (await booker.look(studio.massage)).text
    assert (await booker.choose(studio.physio, await booker.look(studio.massage))).status_code == 404


async def test_who_is_served_by_nobody_any_more_keeps_the_booking(studio: World, booker: Booker) -> None:
    await booker.choose(studio.physio)
    await booker.send()
    await hide(studio, studio.ada)
    assert "No times are free at the moment" in (await booker.client.get(f"{booker.own}/move")).text


async def test_what_is_rented_is_offered_as_its_times_are(studio: World, booker: Booker) -> None:
    await add_service(studio.ctx(), ServicePatch(title="Projector for a day"), [studio.projectors])
    assert "Projector for a day" in (await booker.client.get("")).text


async def test_a_room_that_a_service_needs_need_not_be_public(studio: World, booker: Booker) -> None:
    await change_service(studio.ctx(), studio.massage, ServicePatch(also_needs=("space",)))
    for room in (studio.hall, studio.left, studio.right, studio.sauna):
        await hide(studio, room)
    await booker.choose(studio.massage)
    assert "You are booked in" in (await booker.send()).text
    (also,) = await studio.db.fetchval(
        "select also_resource_ids from item where account_id = $1 and state = 'confirmed'", studio.account.id
    )
    assert also in (studio.hall, studio.left, studio.right, studio.sauna)


async def test_a_service_that_needs_a_room_is_not_offered_where_there_is_none(studio: World, booker: Booker) -> None:
    """Two rooms are needed, of which the one is no part of the other: hall and sauna. A branch has none."""
    await change_service(studio.ctx(), studio.massage, ServicePatch(also_needs=("space", "space")))
    branch = await add_site(studio.ctx(), SitePatch(name="Branch"))
    eve = await add_resource(studio.ctx(), ResourcePatch(title="Eve", site_id=branch.id))
    await assign_resources(studio.ctx(), studio.massage, [studio.ada, studio.bo, eve.id])
    times = (await booker.look(studio.massage)).text
    assert ("Ada" in times, "Eve" in times, "Branch" in times) == (True, False, False)
    await change_resource(studio.ctx(), studio.sauna, ResourcePatch(active=False))
    assert "Massage" not in (await booker.client.get("")).text
    assert (await booker.look(studio.massage)).status_code == 404


async def test_an_address_with_nonsense_leads_somewhere(studio: World, client: httpx.AsyncClient) -> None:
    for query in ("day=2027-02-30", "month=9999-99", "units=99&resource=x", "site=-1", "day=0001-01-01", "lang=xx"):
        answer = await client.get(f"/{studio.massage}?{query}")
        assert (answer.status_code, "Next free times" in answer.text) == (200, True)


async def test_what_a_page_may_load_and_who_may_frame_it(studio: World, client: httpx.AsyncClient) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(frame_origins=("https://shop.example",)))
    answer = await client.get("")
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example;" in policy
    assert "unsafe" not in policy
    assert "set-cookie" not in answer.headers


async def test_the_sheet_of_a_colour(address: str, client: httpx.AsyncClient) -> None:
    sheet = await client.get(f"{address}/book/colours/ffee00.css")
    assert "--accent:light-dark(#" in sheet.text
    assert "ffee00" in sheet.text  # it can be read on dark screens only
    assert (await client.get(f"{address}/book/colours/red.css")).status_code == 404
