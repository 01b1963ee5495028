"""What visitors see before they choose: the services, the next free times, a month, and the times of a date."""

import re

import httpx
import pytest

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.catalog.services import change_service
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.notices.texts import LANGUAGES
from tests.page.conftest import Visit
from tests.world import World

KEY = re.compile(r"\b[a-z]+\.[a-z_]+\b")
"""What the key of a text looks like, such as `times.title`."""


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


async def test_what_is_not_public_is_not_there(studio: World, client: httpx.AsyncClient) -> None:
    await change_service(studio.ctx(), studio.physio, ServicePatch(public=False))
    assert "Physio" not in (await client.get("")).text
    assert (await client.get(f"/{studio.physio}")).status_code == 404
    await change_booking_page(studio.ctx(), BookingPagePatch(active=False))
    assert (await client.get("")).status_code == 404


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
