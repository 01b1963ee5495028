"""Who is hasty or waits for a slow network does nothing twice, nothing by accident, and knows what was not done."""

import asyncio
import re

from playwright.async_api import Locator, Route, expect

from tests.console.browsing import PHONE, Visitor
from tests.console.conftest import PATIENCE, Visit
from tests.console.grid import HOUR_HIGH, box, drag, massage, open_day, stored
from tests.console.test_screens import logged_in
from tests.desk import HOUR, SOON
from tests.world import World

IS_CLEAR = """
    (id) => {
        const [box, notice] = [id, "notice"].map((each) => document.getElementById(each)?.getBoundingClientRect());
        return box && (box.left >= notice.right || box.right <= notice.left || box.bottom <= notice.top);
    }
"""


class Slow:
    """Requests to paths like this are kept until they are let through, at the earliest when one was made."""

    def __init__(self, visitor: Visitor, pattern: str) -> None:
        self.visitor, self.pattern = visitor, re.compile(pattern)
        self.made: list[Route] = []
        self.is_made = asyncio.Event()
        self.is_over = False

    async def __aenter__(self) -> "Slow":
        await self.visitor.page.route(self.pattern, self._keep)
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.wait_for(self.is_made.wait(), PATIENCE / 1000)
        self.is_over = True
        for route in self.made:
            await route.continue_()

    async def _keep(self, route: Route) -> None:
        self.made.append(route)
        self.is_made.set()
        if self.is_over:
            await route.continue_()


async def click_again(visitor: Visitor, at: Locator) -> None:
    """The second click of a double click, there."""
    await at.hover()
    await visitor.page.mouse.down(click_count=2)
    await visitor.page.mouse.up(click_count=2)


async def test_a_double_click_is_one_step_of_attendance(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await marit.open(f"/sites/{clinic.site}/agenda/2027-03-01")
    await marit.page.click(".next button")
    await expect(marit.page.locator(".next")).to_have_text("▶ In progress")
    await click_again(marit, marit.page.locator(".next button"))
    await marit.page.click(f"#item-{booked.item.id}")
    await expect(marit.page.locator("#mark-checked_in")).to_have_attribute("aria-pressed", "true")
    assert (await stored(clinic, booked)).status == "checked_in"


async def test_a_key_pressed_twice_before_the_answer_is_one_step(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await box(marit, booked).focus()
    async with Slow(marit, "/status$") as slow:
        for key in ("a", "a", "x"):
            await marit.page.keyboard.press(key)
        await drag(marit, box(marit, booked), down=HOUR_HIGH)
        await expect(marit.page.locator(".ghost")).to_have_count(0)
    await expect(box(marit, booked).locator(".glyph")).to_have_text("●")
    await expect(marit.page.locator("#panel")).to_be_hidden()
    assert len(slow.made) == 1
    assert (await stored(clinic, booked)).starts_at == SOON


async def test_what_is_being_moved_waits_for_the_answer(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    async with Slow(marit, "/move$") as slow:
        await drag(marit, box(marit, booked), down=HOUR_HIGH)
        await expect(marit.page.locator(".ghost.sent")).to_have_count(1)
        await drag(marit, box(marit, booked), down=2 * HOUR_HIGH)
        await box(marit, booked).focus()
        await marit.page.keyboard.press("Alt+ArrowUp")
        await expect(marit.page.locator(".ghost")).to_have_count(1)
    await expect(marit.page.locator("#undo")).to_contain_text("It is moved.")
    assert len(slow.made) == 1
    assert (await stored(clinic, booked)).starts_at == SOON + HOUR


async def test_of_two_bookings_that_are_opened_the_last_is_shown(clinic: World, marit: Visitor) -> None:
    first, last = await massage(clinic, clinic.ada), await massage(clinic, clinic.bo, customer_id=clinic.ola)
    await open_day(marit, clinic)
    async with Slow(marit, rf"/items/{first.item.id}\?"):
        await box(marit, first).click()
        await box(marit, last).click()
        await expect(marit.page.locator("#panel h1")).to_have_text("Ola Nordmann")
        late = marit.page.expect_event("requestfinished", lambda request: f"/items/{first.item.id}?" in request.url)
    async with late:
        pass
    await expect(marit.page.locator("#panel h1")).to_have_text("Ola Nordmann")


async def test_what_can_not_be_dragged_begins_nothing_where_it_is_dropped(clinic: World, marit: Visitor) -> None:
    session = await clinic.class_with((clinic.left,), starts_at=SOON, ends_at=SOON + HOUR)
    await open_day(marit, clinic)
    asked: list[str] = []
    marit.page.on("request", lambda request: asked.append(request.url))
    await drag(marit, marit.page.locator(f"#session-{session}"), down=2 * HOUR_HIGH)
    await marit.page.click(f"#session-{session}")
    await expect(marit.page.locator("#panel")).to_contain_text("Yoga")
    assert [url for url in asked if "/new?" in url] == []


async def test_in_the_list_of_a_phone_nothing_is_dragged(clinic: World, visit: Visit, password: str) -> None:
    booked = await massage(clinic, clinic.ada)
    visitor = await logged_in(clinic, visit, password, viewport=PHONE)
    await open_day(visitor, clinic)
    await drag(visitor, box(visitor, booked), down=100, drop=False)
    await expect(visitor.page.locator(".ghost")).to_have_count(0)
    await visitor.page.mouse.up()
    await box(visitor, booked).focus()
    await visitor.page.keyboard.press("Alt+ArrowDown")
    await expect(visitor.page.locator("#undo")).to_have_count(1)
    assert (await stored(clinic, booked)).starts_at == SOON + HOUR / 4


async def test_that_the_server_can_not_be_reached_is_seen(clinic: World, marit: Visitor) -> None:
    booked = await massage(clinic, clinic.ada)
    await open_day(marit, clinic)
    await marit.context.set_offline(True)
    await drag(marit, box(marit, booked), down=HOUR_HIGH)
    await expect(marit.page.locator("#said")).to_contain_text("be reached")
    size = await marit.page.locator("#said").bounding_box()
    assert size is not None
    assert size["height"] > 20
    await expect(marit.page.locator(".lifted")).to_have_count(0)
    await marit.context.set_offline(False)
    await drag(marit, box(marit, booked), down=HOUR_HIGH)
    await expect(marit.page.locator("#undo")).to_have_count(1)
    await expect(marit.page.locator("#said")).to_have_class("unseen")


async def test_what_was_moved_is_not_under_what_is_said_of_it(clinic: World, visit: Visit, password: str) -> None:
    booked = await massage(clinic, clinic.ada)
    for width in (1280, 768, 360):
        visitor = await logged_in(clinic, visit, password, viewport={"width": width, "height": 600})
        await open_day(visitor, clinic)
        await box(visitor, booked).focus()
        await visitor.page.keyboard.press("Alt+ArrowDown")
        await expect(visitor.page.locator("#undo")).to_have_count(1)
        await expect(box(visitor, booked)).to_be_focused()
        await visitor.page.wait_for_function(IS_CLEAR, arg=f"item-{booked.item.id}")
