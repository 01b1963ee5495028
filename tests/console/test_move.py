"""Bookings are moved on the grid, by pointer and by keyboard: what is done, refused, and taken back."""

import re
from datetime import UTC, datetime

from playwright.async_api import expect

from kalends.actions.accounts.settings import change_settings
from kalends.actions.catalog.services import add_service
from kalends.actions.messages.waiting import find_waiting_message
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.catalog.service import ServicePatch
from tests.acts import book_item, change, request
from tests.console.browsing import Visitor
from tests.console.grid import HOUR_HIGH, box, drag, left_of, massage, open_day, quickly, stop_listening, stored
from tests.desk import HOUR, MINUTE, SOON
from tests.world import World


async def test_a_booking_is_dragged_to_another_time_and_resource_and_taken_back(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    to_bo = await left_of(marit.page.locator(f"#lane-{clinic.bo}"))
    to_bo -= await left_of(marit.page.locator(f"#lane-{clinic.ada}"))
    await drag(marit, box(marit, booked), right=to_bo, down=HOUR_HIGH)
    await expect(marit.page.locator("#undo")).to_contain_text("It is moved.")
    moved = await stored(clinic, booked)
    assert (moved.starts_at, moved.ends_at, moved.resource_id) == (SOON + HOUR, SOON + 2 * HOUR, clinic.bo)
    await expect(marit.page.locator(f"#lane-{clinic.bo} #item-{booked.item.id}")).to_have_count(1)
    await box(marit, booked).click()
    await expect(marit.page.locator("#panel")).to_contain_text("12:00–13:00")
    await marit.page.keyboard.press("u")
    await expect(marit.page.locator(f"#lane-{clinic.ada} #item-{booked.item.id}")).to_have_count(1)
    await expect(marit.page.locator("#panel")).to_contain_text("11:00–12:00")
    restored = await stored(clinic, booked)
    assert (restored.starts_at, restored.resource_id) == (SOON, clinic.ada)
    assert marit.complaints == []


async def test_the_customer_is_not_told_of_a_drag_if_that_is_chosen_at_its_notice(
    clinic: World, marit: Visitor
) -> None:
    policy = PolicyPatch(verification="email", undo_seconds=300)
    await change_settings(clinic.ctx(), SettingsPatch(account=AccountPatch(policy=policy)))
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await drag(marit, box(marit, booked), down=HOUR_HIGH)
    await expect(marit.page.locator("#undo")).to_contain_text("The customer is told by e-mail")
    await marit.check()
    await marit.page.click("#undo .untell button")
    await expect(marit.page.locator("#undo")).to_contain_text("The customer is not told.")
    assert await find_waiting_message(clinic.ctx(), booked.item.id) is None
    assert (await stored(clinic, booked)).starts_at == SOON + HOUR
    await marit.page.keyboard.press("u")
    await expect(marit.page.locator("#said")).to_have_text("Taken back.")
    assert (await stored(clinic, booked)).starts_at == SOON
    assert marit.complaints == []


async def test_by_keyboard_it_is_moved_and_made_longer_and_keeps_the_focus(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await box(marit, booked).focus()
    async with quickly(marit):
        for keys in ("Alt+ArrowDown", "Alt+ArrowRight", "Alt+Shift+ArrowDown"):
            await marit.page.keyboard.press(keys)
        assert await marit.page.text_content("#said") == "11:15–12:30, Bo"
    await expect(marit.page.locator("#undo")).to_have_count(1)
    moved = await stored(clinic, booked)
    assert (moved.starts_at, moved.ends_at) == (SOON + 15 * MINUTE, SOON + 90 * MINUTE)
    assert moved.resource_id == clinic.bo
    await expect(box(marit, booked)).to_be_focused()
    await expect(marit.page.locator("#said")).to_contain_text("It is moved.")


async def test_what_is_in_the_way_and_where_it_is_free_is_seen_on_the_grid(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    other = await massage(clinic, clinic.ada, hours=1, customer_id=clinic.ola)
    await open_day(marit, clinic)
    await drag(marit, box(marit, booked), down=HOUR_HIGH)
    await expect(marit.page.locator("#notice")).to_contain_text("That time is taken.")
    await expect(marit.page.locator("#notice .ways")).to_contain_text("Ola Nordmann")
    await expect(box(marit, other)).to_have_class(re.compile("in-way"))
    assert (await stored(clinic, booked)).starts_at == SOON
    near = marit.page.locator(".near-time")
    await expect(near).to_have_count(3)
    await marit.check()
    await near.first.click()
    await expect(marit.page.locator("#undo")).to_have_count(1)
    await expect(near).to_have_count(0)
    assert (await stored(clinic, booked)).starts_at != SOON


async def test_people_overlap_on_purpose_with_a_reason(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await massage(clinic, clinic.ada, hours=1, customer_id=clinic.ola)
    await open_day(marit, clinic)
    await drag(marit, box(marit, booked), down=HOUR_HIGH)
    await marit.page.click("#notice .overlap summary")
    await marit.page.fill("#overlap", "They are a couple.")
    await marit.page.press("#overlap", "Enter")
    await expect(marit.page.locator("#undo")).to_have_count(1)
    moved = await stored(clinic, booked)
    assert (moved.starts_at, moved.overlap_allowed) == (SOON + HOUR, True)
    assert moved.details["console"]["overlap_reason"] == "They are a couple."
    await expect(box(marit, booked)).to_have_class(re.compile("w2.*over"))


async def test_who_was_faster_is_told_and_the_grid_is_as_it_is_now(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await stop_listening(marit)
    await change(clinic.ctx(), booked.item.id, {"resource_id": clinic.bo})
    await drag(marit, box(marit, booked), down=HOUR_HIGH)
    await expect(marit.page.locator("#notice")).to_contain_text("Tester")
    await expect(marit.page.locator(f"#lane-{clinic.bo} #item-{booked.item.id}")).to_have_count(1)
    assert (await stored(clinic, booked)).starts_at == SOON


async def test_what_was_done_before_that_is_taken_back_in_its_panel(clinic: World, marit: Visitor) -> None:
    first, second = await massage(clinic, clinic.ada), await massage(clinic, clinic.bo, customer_id=clinic.ola)
    await open_day(marit, clinic)
    for each in (first, second):
        await drag(marit, box(marit, each), down=HOUR_HIGH)
        await expect(marit.page.locator("#undo")).to_contain_text("Kari" if each is first else "Ola")
    await expect(marit.page.locator("#said")).to_contain_text("It is moved.")
    await marit.page.keyboard.press("u")
    await expect(marit.page.locator("#said")).to_have_text("Taken back.")
    await box(marit, first).click()
    await expect(marit.page.locator("#panel .with-undo")).to_contain_text("It is moved.")
    await marit.page.keyboard.press("u")
    await expect(box(marit, first)).to_contain_text("11:00 to 12:00")
    assert [(await stored(clinic, each)).starts_at for each in (first, second)] == [SOON, SOON]


async def test_in_the_hour_that_clocks_show_twice_it_is_said_which_is_meant(clinic: World, marit: Visitor) -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    line = {"service_id": clinic.massage, "resource_id": clinic.ada, "starts_at": second}
    booked = await book_item(clinic.ctx(), request(**line, customer_id=clinic.kari))
    await open_day(marit, clinic, "2027-10-31")
    await box(marit, booked).focus()
    async with quickly(marit):
        for said in ("02:15 (UTC+1)–03:15, Ada", "02:00 (UTC+1)–03:00, Ada"):
            await marit.page.keyboard.press("Alt+ArrowUp")
            assert await marit.page.text_content("#said") == said


async def test_on_the_room_that_goes_along_its_time_is_changed(clinic: World, marit: Visitor) -> None:
    therapy = await add_service(clinic.ctx(), ServicePatch(title="Therapy", also_needs=("space",)), [clinic.ada])
    line = {"service_id": therapy.id, "resource_id": clinic.ada, "starts_at": SOON}
    booked = await book_item(clinic.ctx(), request(**line, customer_id=clinic.kari))
    await open_day(marit, clinic)
    in_hall = marit.page.locator(f"#item-{booked.item.id}-on-{clinic.hall}")
    await drag(marit, in_hall, right=150, down=HOUR_HIGH)
    await expect(marit.page.locator("#undo")).to_contain_text("12:00–13:00")
    await expect(in_hall).to_contain_text("12:00 to 13:00")
    await in_hall.focus()
    async with quickly(marit):
        for keys in ("Alt+ArrowRight", "Alt+ArrowDown"):
            await marit.page.keyboard.press(keys)
    await expect(marit.page.locator("#undo")).to_contain_text("12:15–13:15")
    moved = await stored(clinic, booked)
    assert (moved.starts_at, moved.resource_id) == (SOON + 75 * MINUTE, clinic.ada)
    assert moved.also_resource_ids == (clinic.hall,)


async def test_escape_puts_it_back(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await box(marit, booked).focus()
    async with quickly(marit):
        await marit.page.keyboard.press("Alt+ArrowDown")
        await expect(marit.page.locator(".ghost")).to_have_count(1)
        await marit.page.keyboard.press("Escape")
    await expect(marit.page.locator(".ghost")).to_have_count(0)
    assert (await stored(clinic, booked)).starts_at == SOON
