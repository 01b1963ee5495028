"""Who holds a time goes on to other days, back, and away, and what they hold stays theirs."""

import re
from html import unescape

from tests.page.booking import Booker, starts
from tests.page.conftest import Visit
from tests.world import World

OWN = "2027-03-01T11:00:00+01:00"
"""The first time at which a massage is free."""


async def test_what_is_held_is_theirs_on_every_day_that_they_open(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage)
    page = await booker.look(studio.massage, visit=booker.own.removeprefix("/h/"), day="2027-03-02")
    (query,) = re.findall(rf'href="/book/[^"]+/{studio.massage}\?([^"]*day=2027-03-01)#times"', page.text)
    page = await booker.client.get(f"/{studio.massage}?{unescape(query)}")
    assert "is yours until" in page.text
    assert OWN in starts(page)


async def test_the_way_back_leads_to_what_is_held(studio: World, visit: Visit) -> None:
    visitor = await visit()
    await visitor.open(f"/{studio.massage}?day=2027-03-01")
    await visitor.page.locator(".times button").first.click()
    await visitor.page.wait_for_selector("form.stack")
    await visitor.page.go_back()
    await visitor.page.wait_for_selector(".hold a")
    assert "Monday, 1 March 2027, 11:00–12:00 is yours until" in await visitor.text(".hold")
    assert await visitor.page.locator(f".times button[value='{OWN}']").count() == 1


async def test_who_is_back_is_told_how_long_they_have_again(studio: World, visit: Visit) -> None:
    visitor = await visit()
    await visitor.open(f"/{studio.massage}")
    await visitor.page.locator(".next button").first.click()
    await visitor.page.wait_for_selector("form.stack")
    await visitor.page.wait_for_load_state()
    await visitor.page.click(".brand")
    await visitor.page.wait_for_selector(".cards")
    await visitor.page.go_back()
    await visitor.page.wait_for_selector("[data-left]:text-matches('1\\\\d:')")
    assert not await visitor.page.is_visible("[data-warning]")
