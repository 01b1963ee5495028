"""Staff set when resources and sites are open, and see what is booked outside of it."""

from datetime import date

from kalends.actions.availability.exceptions import query_exceptions
from kalends.actions.availability.weekly_hours import get_weekly_hours, set_weekly_hours
from kalends.engine.availability.openings import Opening
from kalends.engine.query import OffsetPage, Query
from tests.acts import book_item
from tests.console.browsing import Visitor
from tests.console.conftest import Visit, hired
from tests.console.test_screens import logged_in
from tests.desk import visit as massage
from tests.world import World

AFTERNOON = Opening(1, 780, 960)


async def test_hours_are_tried_first_and_then_saved(clinic: World, marit: Visitor) -> None:
    await book_item(clinic.ctx(), massage(clinic))
    await marit.open(f"/resources/{clinic.ada}/hours")
    await marit.check()
    await marit.page.fill("[name=opens_1_0]", "13:00")
    await marit.page.click("button[name=preview]")
    await marit.page.wait_for_selector("#outside")
    assert "One booking would be outside these hours" in await marit.text("#outside")
    assert "Kari Nordmann" in await marit.text("#outside")
    assert await marit.page.input_value("[name=opens_1_0]") == "13:00"
    await marit.check()
    assert AFTERNOON not in (await get_weekly_hours(clinic.ctx(), clinic.ada)).openings
    await marit.page.click("button.primary")
    await marit.page.wait_for_url("**note=saved")
    assert "One booking is outside the hours" in await marit.text("#outside")
    assert (await get_weekly_hours(clinic.ctx(), clinic.ada)).openings[0] == AFTERNOON


async def test_half_a_pair_of_times_is_told_and_kept(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/resources/{clinic.ada}/hours")
    await marit.page.fill("[name=closes_1_0]", "")
    await marit.page.fill("[name=opens_6_0]", "18:00")
    await marit.page.fill("[name=closes_6_0]", "02:00")
    await marit.page.click("button.primary")
    await marit.page.wait_for_selector("#summary")
    assert (await marit.text("#summary ul")).splitlines() == ["To: is missing"]
    assert await marit.page.input_value("[name=opens_6_0]") == "18:00"
    await marit.check()
    await marit.page.fill("[name=closes_1_0]", "00:00")
    await marit.page.click("button.primary")
    await marit.page.wait_for_url("**note=saved")
    openings = (await get_weekly_hours(clinic.ctx(), clinic.ada)).openings
    assert (openings[0].closes, openings[-1]) == (1440, Opening(6, 1080, 1560))


async def test_hours_for_a_while_are_added_and_removed_and_the_week_keeps_them(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/resources/{clinic.ada}/hours/limited")
    await marit.check()
    await marit.page.click("button.primary")
    await marit.page.wait_for_selector("#summary")
    for name, value in (("from_minute", "17:00"), ("to_minute", "19:00"), ("last_day", "2027-08-31")):
        await marit.page.fill(f"[name={name}]", value)
    await marit.page.check("[name=weekdays][value='3']")
    await marit.page.check(f"[name=service_ids][value='{clinic.physio}']")
    await marit.page.click("button.primary")
    await marit.page.wait_for_url("**note=saved")
    summer = Opening(3, 1020, 1140, None, date(2027, 9, 1), frozenset({clinic.physio}))
    await marit.page.click("button.primary")
    await marit.page.wait_for_url("**note=saved")
    assert summer in (await get_weekly_hours(clinic.ctx(), clinic.ada)).openings
    assert "until 31 Aug 2027" in await marit.text()
    await marit.check()
    await marit.page.click("button:text-is('Remove')")
    await marit.page.wait_for_url("**note=saved")
    assert summer not in (await get_weekly_hours(clinic.ctx(), clinic.ada)).openings


async def test_a_site_is_closed_on_some_days_and_shows_who_is_booked_then(clinic: World, marit: Visitor) -> None:
    await book_item(clinic.ctx(), massage(clinic))
    await marit.open(f"/sites/{clinic.site}/hours")
    assert "08:00–16:00" in await marit.text()
    await marit.check()
    await marit.page.click("text=Add days")
    await marit.page.fill("[name=first_day]", "2027-03-02")
    await marit.page.fill("[name=last_day]", "2027-03-01")
    await marit.page.click("button.primary")
    await marit.page.wait_for_selector("#summary")
    assert "Last day: must be after the start" in await marit.text("#summary")
    await marit.check()
    await marit.page.fill("[name=first_day]", "2027-03-01")
    await marit.page.fill("[name=last_day]", "")
    await marit.page.fill("[name=title]", "Stocktaking")
    await marit.page.click("button.primary")
    await marit.page.wait_for_url("**note=saved")
    assert "One booking is outside the hours" in await marit.text("#outside")
    await marit.page.click("a:text-is('1 Mar 2027') >> nth=1")
    await marit.page.wait_for_url("**/exceptions/*")
    await marit.page.click("button.danger")
    await marit.page.wait_for_url("**note=saved")
    assert (await query_exceptions(clinic.ctx(), Query(OffsetPage(10)))).rows == []


async def test_who_may_not_manage_sees_the_hours_and_changes_nothing(clinic: World, visit: Visit) -> None:
    await set_weekly_hours(clinic.ctx(), clinic.ada, [AFTERNOON])
    password = await hired(clinic, "staff", "nils@example.org")
    nils = await logged_in(clinic, visit, password, "nils@example.org")
    for path in (f"/sites/{clinic.site}/hours", f"/resources/{clinic.ada}/hours"):
        await nils.open(path)
        assert await nils.page.locator("main button, main a.button").count() == 0
        await nils.check()
