"""The day of a site: what is shown, and seen when others change it; how somebody likes to look at it."""

import pytest
from playwright.async_api import expect

from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.catalog.resources import change_resource, get_resource
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.catalog.resource import ResourcePatch
from tests.acts import book_item, change, request
from tests.console.browsing import PHONE, Visitor
from tests.console.conftest import Visit, hired
from tests.console.desk_client import Desk, desk
from tests.console.grid import box, drag, massage, open_day, stop_listening, stored
from tests.console.screens import physio
from tests.console.test_screens import logged_in
from tests.desk import DAY, HOUR, SOON, hour_of, made, new_york
from tests.world import World

CUT_OFF = """
    [...document.querySelectorAll(".as-columns .hour, .as-rows .hour:not(:last-child)")]
        .filter((each, index, all) => {
            const [box, next] = [each, all[index + 1]].map((one) => one?.getBoundingClientRect());
            return box.left < 0 || each.scrollWidth > box.width + 8 || (next?.left > box.left && next.left < box.right);
        })
        .map((each) => each.innerText)
"""


async def test_all_resources_stand_side_by_side_with_what_takes_place(clinic: World, marit: Visitor) -> None:
    await physio(clinic)
    blocked = ResourceBlockRequest(resource_id=clinic.bo, starts_at=SOON, ends_at=SOON + HOUR, notes="Dentist")
    await add_resource_blocks(clinic.ctx(), blocked)
    await clinic.class_with((clinic.left,), starts_at=SOON, ends_at=SOON + 2 * HOUR)
    await open_day(marit, clinic)
    names = [text.split("\n")[0] for text in await marit.page.locator(".lane h2").all_inner_texts()]
    assert names == ["Ada", "Bo", "Hall", "Left", "Right", "Sauna"]
    await expect(marit.page.locator(f"#lane-{clinic.ada} .it")).to_contain_text("Kari Nordmann")
    await expect(marit.page.locator(f"#lane-{clinic.ada} .buffer")).to_have_count(1)
    await expect(marit.page.locator(f"#lane-{clinic.bo} .look-block")).to_contain_text("Dentist")
    await expect(marit.page.locator(f"#lane-{clinic.left} .it")).to_contain_text("0 of 10")
    await expect(marit.page.locator(f"#lane-{clinic.hall} .taken")).to_contain_text("by Left")
    await expect(marit.page.locator(".now")).to_have_count(1)


async def test_several_at_once_can_be_read_in_rows(clinic: World, marit: Visitor) -> None:
    visit_of = {"service_id": clinic.sauna_visit, "resource_id": clinic.sauna, "starts_at": SOON}
    together = [await book_item(clinic.ctx(), request(**visit_of, customer_id=clinic.kari)) for _ in range(4)]
    await open_day(marit, clinic)
    await marit.page.click(".filters summary")
    await marit.page.check("[name=axis][value=rows]")
    await marit.page.click(".filters button.primary")
    await expect(marit.page.locator(".as-rows")).to_have_count(1)
    boxes = [await box(marit, each).bounding_box() for each in together]
    assert all(each is not None and each["height"] >= 16 for each in boxes)


async def test_what_is_changed_through_any_door_is_seen(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await change(clinic.ctx(), booked.item.id, {"starts_at": SOON + 2 * HOUR})
    await expect(box(marit, booked)).to_contain_text("13:00 to 14:00")
    new = await massage(clinic, clinic.bo, customer_id=clinic.ola)
    await expect(box(marit, new)).to_contain_text("Ola Nordmann")
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(title="Bo Lie"))
    await expect(marit.page.locator(f"#lane-{clinic.bo} h2")).to_contain_text("Bo Lie")


async def test_what_goes_to_another_site_leaves_the_day_of_the_one_where_it_was(clinic: World, marit: Visitor) -> None:
    chair = await get_resource(clinic.ctx(), await new_york(clinic))
    booked = await book_item(clinic.ctx(), hour_of(chair.id))
    await marit.open(f"/sites/{chair.site_id}/day/2027-03-01")
    await expect(box(marit, booked)).to_have_count(1)
    await change(clinic.ctx(), booked.item.id, {"resource_id": clinic.left})
    await expect(box(marit, booked)).to_have_count(0)


async def test_what_others_change_is_drawn_when_it_is_let_go(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await box(marit, booked).hover()
    await marit.page.mouse.down()
    async with marit.page.expect_response(lambda answer: "lanes=" in answer.url) as answered:
        await change(clinic.ctx(), booked.item.id, {"notes": "Left knee."})
    await (await answered.value).finished()
    await marit.page.evaluate("() => new Promise((drawn) => requestIdleCallback(drawn))")
    await expect(box(marit, booked)).to_have_attribute("data-rev", "0")
    await marit.page.mouse.up()
    await expect(box(marit, booked)).to_have_attribute("data-rev", "1")
    await expect(marit.page.locator("#panel h1")).to_have_text("Kari Nordmann")


async def test_nothing_is_lost_while_the_stream_is_down(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await stop_listening(marit)
    await change(clinic.ctx(), booked.item.id, {"starts_at": SOON + 2 * HOUR})
    await marit.page.evaluate("listen()")
    await expect(box(marit, booked)).to_contain_text("13:00 to 14:00")


async def test_the_days_on_which_clocks_change_have_their_hours(clinic: World, marit: Visitor) -> None:
    await open_day(marit, clinic)
    await marit.page.click(".filters summary")
    await marit.page.check("[name=all_hours]")
    await marit.page.click(".filters button.primary")
    for date, hours in (("2027-03-27", 24), ("2027-03-28", 23), ("2027-10-31", 25)):
        await open_day(marit, clinic, date)
        await expect(marit.page.locator(".hour")).to_have_count(hours + 1)
    assert await marit.page.locator(".hour[data-fold]").get_attribute("data-at") == "2027-10-31T02:00"
    assert await marit.page.evaluate(CUT_OFF) == []
    await marit.page.click(".filters summary")
    await marit.page.check("[value=rows]")
    await marit.page.click(".filters button.primary")
    await expect(marit.page.locator(".as-rows .hour")).to_have_count(26)
    assert await marit.page.evaluate(CUT_OFF) == []


async def test_of_what_is_always_open_the_usual_hours_are_seen_also_if_others_are_closed(
    clinic: World, marit: Visitor
) -> None:
    await made(clinic, hour_of(clinic.sauna, SOON + 6 * DAY + 9 * HOUR))
    await open_day(marit, clinic, "2027-03-07")
    await expect(marit.page.locator(".hour").first).to_have_text("08:00")
    await expect(marit.page.locator(".hour").last).to_have_text("21:00")


async def test_what_somebody_likes_to_see_is_kept_in_every_browser(
    clinic: World, marit: Visitor, visit: Visit, password: str
) -> None:
    await open_day(marit, clinic)
    await marit.page.click(".filters summary")
    await marit.page.check("[value=rows]")
    await marit.page.check("[value=largest]")
    await marit.page.uncheck(f"[name=show][value='{clinic.bo}']")
    await marit.page.click(".filters button.primary")
    at_home = await logged_in(clinic, visit, password)
    await open_day(at_home, clinic, "2027-03-02")
    await expect(at_home.page.locator(".grid.as-rows.zoom-largest")).to_have_count(1)
    await expect(at_home.page.locator(f"#lane-{clinic.bo}")).to_have_count(0)
    await expect(at_home.page.locator(f"#lane-{clinic.ada}")).to_have_count(1)


async def test_weeks_are_without_weekends_for_who_wants_them_so(clinic: World, password: str, address: str) -> None:
    week = f"/sites/{clinic.site}/week/2027-03-03"
    await massage(clinic, clinic.ada, hours=5 * 24)
    async with desk(address, clinic, password) as marit:
        await marit.open(week)
        assert ("Sun, 7 Mar" in marit.page, "Kari Nordmann" in marit.page) == (True, True)
        await marit.send(f"/sites/{clinic.site}/view", without_weekends="yes", back="week/2027-03-03")
        assert ("Fri, 5 Mar" in marit.page, "Sat, 6 Mar" in marit.page) == (True, False)
        assert "Kari Nordmann" not in marit.page
        assert "/week/2027-03-08" in marit.page
    ola = await hired(clinic, "staff", "ola@example.org")
    async with Desk(address, clinic.account.slug, ola, "ola@example.org") as other:
        await other.open(week)
        assert "Sat, 6 Mar" in other.page


async def test_each_booking_of_a_full_date_leads_to_it_from_its_week(
    clinic: World, password: str, address: str
) -> None:
    visit_of = {"service_id": clinic.sauna_visit, "resource_id": clinic.sauna, "customer_id": clinic.kari}
    booked = [
        await book_item(clinic.ctx(), request(**visit_of, starts_at=SOON + 2 * DAY + hours * HOUR))
        for hours in range(9)
    ]
    async with desk(address, clinic, password) as marit:
        assert await marit.open(f"/sites/{clinic.site}/week/2027-03-03") == 200
        for view in booked[:8]:
            assert f"/items/{view.item.id}?day=2027-03-03" in marit.page
        assert "1 more" in marit.page


@pytest.mark.parametrize(("width", "view"), [(360, "agenda"), (1280, "day")])
async def test_a_site_opens_as_suits_the_screen(
    clinic: World, password: str, visit: Visit, width: int, view: str
) -> None:
    visitor = await logged_in(clinic, visit, password, viewport={"width": width, "height": 740})
    await visitor.open(f"/sites/{clinic.site}")
    await visitor.page.wait_for_url(f"**/sites/{clinic.site}/{view}/2027-03-01")
    await visitor.page.click(".segments >> text=Day")
    await visitor.page.wait_for_url(f"**/sites/{clinic.site}/day/2027-03-01")


async def test_attendance_is_noted_by_key_and_taken_back(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    for key, sign in (("a", "●"), ("a", "▶"), ("x", "✕"), ("u", "▶")):
        await box(marit, booked).focus()
        await marit.page.keyboard.press(key)
        await expect(box(marit, booked).locator(".glyph")).to_have_text(sign)
        await expect(marit.page.locator("#undo")).to_have_count(0 if key == "u" else 1)
    assert (await stored(clinic, booked)).status == "in_progress"


async def test_a_slash_begins_a_search_for_somebody(clinic: World, marit: Visitor) -> None:
    await open_day(marit, clinic)
    await marit.page.keyboard.press("/")
    await marit.page.wait_for_url("**/customers")
    await marit.focuses("q")
    await marit.page.keyboard.type("kari")
    await marit.page.keyboard.press("Enter")
    await marit.page.wait_for_url("**/customers?q=kari")


async def test_the_agenda_begins_with_what_it_is_time_for(clinic: World, marit: Visitor) -> None:
    for hours in range(-10, 9):
        await massage(clinic, clinic.ada, hours)
    await marit.page.set_viewport_size(PHONE)
    await marit.open(f"/sites/{clinic.site}/agenda/2027-03-01")
    coming = marit.page.locator(".agenda .now")
    await expect(coming).to_contain_text("10:00 to 11:00")
    await expect(coming).to_be_in_viewport()
    await marit.open(f"/sites/{clinic.site}/agenda/2027-03-02")
    await expect(coming).to_have_count(0)


async def test_in_the_agenda_the_next_step_is_one_click(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await marit.open(f"/sites/{clinic.site}/agenda/2027-03-01")
    await marit.page.click(".next >> text=Here")
    await expect(marit.page.locator(".next")).to_have_text("▶ In progress")
    assert (await stored(clinic, booked)).status == "checked_in"
    await stop_listening(marit)
    await change(clinic.ctx(who="Nils"), booked.item.id, {"notes": "Left knee."})
    await marit.page.locator(".next [name=revision]").evaluate("(field) => (field.value = 0)")
    await marit.page.click(".next >> text=In progress")
    await expect(marit.page.locator("#panel #summary")).to_contain_text("Nils changed it")
    assert (await stored(clinic, booked)).status == "checked_in"


async def test_each_state_has_a_sign_and_the_legend_says_what_it_means(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    waits = await physio(clinic, 3 * HOUR, state="awaiting_confirmation")
    await open_day(marit, clinic)
    legend = await marit.text(".legend")
    for view, sign, words in ((booked, "○", "Confirmed"), (waits, "…", "Waits")):
        assert await box(marit, view).locator(".glyph").inner_text() == sign
        assert f"{sign} {words}" in " ".join(legend.split())


async def test_who_may_only_read_is_offered_nothing_else(clinic: World, visit: Visit) -> None:
    booked = await massage(clinic, clinic.ada)
    password = await hired(clinic, "readonly", "nils@example.org")
    visitor = await logged_in(clinic, visit, password, "nils@example.org")
    await open_day(visitor, clinic)
    await expect(box(visitor, booked)).to_have_count(1)
    assert await visitor.page.locator("[data-move], .free, #new").count() == 0
    await drag(visitor, box(visitor, booked), down=72)
    assert (await stored(clinic, booked)).starts_at == SOON


async def test_the_plan_for_the_door_has_no_names(clinic: World, marit: Visitor) -> None:
    await massage(clinic, clinic.ada)
    await marit.open(f"/sites/{clinic.site}/door/2027-03-01")
    shown = " ".join((await marit.text()).split())
    assert "11:00 to 12:00 Booked" in shown
    assert "Kari" not in shown


async def test_dates_that_are_none_and_sites_of_others_are_not_there(clinic: World, marit: Visitor) -> None:
    site = f"/sites/{clinic.site}"
    for path in (f"{site}/day/2027-02-30", f"{site}/week/tomorrow", "/sites/0/agenda/2027-03-01"):
        assert await marit.open(path) == 404
