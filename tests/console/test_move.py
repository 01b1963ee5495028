"""Bookings are moved on the grid, by pointer and by keyboard: what is done, refused, and taken back."""

import re

from playwright.async_api import expect

from tests.acts import change
from tests.console.browsing import Visitor
from tests.console.grid import box, drag, left_of, massage, open_day, stored
from tests.desk import HOUR, MINUTE, SOON
from tests.world import World

HOUR_HIGH = 72
"""Pixels of an hour on the grid."""


async def test_a_booking_is_dragged_to_another_time_and_resource_and_taken_back(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    to_bo = await left_of(marit.page.locator(f"#lane-{clinic.bo}"))
    to_bo -= await left_of(marit.page.locator(f"#lane-{clinic.ada}"))
    await drag(marit, box(marit, booked), right=to_bo, down=HOUR_HIGH)
    await expect(marit.page.locator("#undo")).to_contain_text("The booking is moved.")
    moved = await stored(clinic, booked)
    assert (moved.starts_at, moved.ends_at, moved.resource_id) == (SOON + HOUR, SOON + 2 * HOUR, clinic.bo)
    await expect(marit.page.locator(f"#lane-{clinic.bo} #item-{booked.item.id}")).to_have_count(1)
    await marit.page.keyboard.press("u")
    await expect(marit.page.locator(f"#lane-{clinic.ada} #item-{booked.item.id}")).to_have_count(1)
    restored = await stored(clinic, booked)
    assert (restored.starts_at, restored.resource_id) == (SOON, clinic.ada)
    assert marit.complaints == []


async def test_by_keyboard_it_is_moved_and_made_longer_and_keeps_the_focus(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await box(marit, booked).focus()
    for keys in ("Alt+ArrowDown", "Alt+ArrowRight", "Alt+Shift+ArrowDown"):
        await marit.page.keyboard.press(keys)
    assert await marit.page.text_content("#said") == "11:15–12:30, Bo"
    await expect(marit.page.locator("#undo")).to_have_count(1)
    moved = await stored(clinic, booked)
    assert (moved.starts_at, moved.ends_at) == (SOON + 15 * MINUTE, SOON + 90 * MINUTE)
    assert moved.resource_id == clinic.bo
    await expect(box(marit, booked)).to_be_focused()
    assert "The booking is moved." in (await marit.page.text_content("#said") or "")


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
    await expect(near).to_have_count(2)
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
    await marit.page.evaluate("source?.close()")
    await change(clinic.ctx(), booked.item.id, {"resource_id": clinic.bo})
    await drag(marit, box(marit, booked), down=HOUR_HIGH)
    await expect(marit.page.locator("#notice")).to_contain_text("Tester")
    await expect(marit.page.locator(f"#lane-{clinic.bo} #item-{booked.item.id}")).to_have_count(1)
    assert (await stored(clinic, booked)).starts_at == SOON


async def test_escape_puts_it_back(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await box(marit, booked).focus()
    await marit.page.keyboard.press("Alt+ArrowDown")
    await expect(marit.page.locator(".ghost")).to_have_count(1)
    await marit.page.keyboard.press("Escape")
    await expect(marit.page.locator(".ghost")).to_have_count(0)
    assert (await stored(clinic, booked)).starts_at == SOON
