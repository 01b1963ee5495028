"""On a touch screen a finger that rests drags, one that taps opens, and one that moves on scrolls."""

from playwright.async_api import CDPSession, Locator, expect

from tests.console.browsing import Visitor
from tests.console.conftest import Visit
from tests.console.grid import HOUR_HIGH, box, massage, open_day, stored
from tests.console.test_screens import logged_in
from tests.desk import HOUR, SOON
from tests.world import World


class Finger:
    """A finger on the screen of somebody."""

    def __init__(self, session: CDPSession) -> None:
        self.session = session

    async def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touched = [{"x": x, "y": y} for x, y in points]
        await self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    async def rest(self, visitor: Visitor, x: float, y: float) -> None:
        """Rest there until it can drag, while somebody else changes something, so that all is to be drawn anew."""
        await self._send("touchStart", (x, y))
        await expect(visitor.page.locator(".ghost")).to_have_count(1)
        await visitor.page.evaluate("void redraw()")

    async def drag(self, x: float, y: float, right: float = 0, down: float = 0) -> None:
        """Move from there by so many pixels, and let go."""
        for step in range(1, 9):
            await self._send("touchMove", (x + right * step / 8, y + down * step / 8))
        await self._send("touchEnd")

    async def swipe(self, x: float, y: float, down: float) -> None:
        """Move on at once."""
        await self._send("touchStart", (x, y))
        await self.drag(x, y, down=down)


async def touching(clinic: World, visit: Visit, password: str, width: int) -> tuple[Visitor, Finger]:
    """Somebody with a touch screen that is so wide, and their finger."""
    viewport = {"width": width, "height": 768}
    visitor = await logged_in(clinic, visit, password, viewport=viewport, has_touch=True)
    return visitor, Finger(await visitor.context.new_cdp_session(visitor.page))


async def at(part: Locator, down: float = 10) -> tuple[float, float]:
    """A point of it, so far below its top."""
    while (found := await part.bounding_box()) is None:
        await expect(part).to_be_visible()
    return found["x"] + min(found["width"] / 2, 30), found["y"] + down


async def begun(visitor: Visitor) -> tuple[str, str]:
    """When the booking would start that was begun, and its minutes."""
    await expect(visitor.page.locator("#panel #start")).to_have_count(1)
    return await visitor.page.input_value("#start"), await visitor.page.input_value("#length")


async def test_a_finger_that_rests_moves_a_booking_and_begins_one(clinic: World, visit: Visit, password: str) -> None:
    booked = await massage(clinic, clinic.ada)
    visitor, finger = await touching(clinic, visit, password, 1024)
    await open_day(visitor, clinic)
    point = await at(box(visitor, booked))
    await finger.rest(visitor, *point)
    await finger.drag(*point, down=HOUR_HIGH)
    await expect(visitor.page.locator("#undo")).to_have_count(1)
    assert (await stored(clinic, booked)).starts_at == SOON + HOUR
    await visitor.page.click("[data-dismiss]")
    await expect(box(visitor, booked)).to_contain_text("12:00 to 13:00")
    x, y = await at(box(visitor, booked), HOUR_HIGH + 24)
    await finger.rest(visitor, x, y)
    await finger.drag(x, y, down=HOUR_HIGH / 2)
    assert await begun(visitor) == ("2027-03-01T13:15", "45")


async def test_a_finger_that_taps_opens_and_one_that_moves_on_scrolls(
    clinic: World, visit: Visit, password: str
) -> None:
    booked = await massage(clinic, clinic.ada)
    visitor, finger = await touching(clinic, visit, password, 1024)
    await open_day(visitor, clinic)
    await visitor.page.touchscreen.tap(*await at(box(visitor, booked), HOUR_HIGH + 24))
    assert await begun(visitor) == ("2027-03-01T12:15", "")
    await visitor.page.touchscreen.tap(*await at(box(visitor, booked)))
    await expect(visitor.page.locator("#panel h1")).to_have_text("Kari Nordmann")
    for point in (await at(box(visitor, booked)), await at(box(visitor, booked), HOUR_HIGH + 24)):
        await finger.swipe(*point, down=-40)
    await visitor.page.wait_for_function("grid().scrollTop > 0")
    await expect(visitor.page.locator("#panel h1")).to_have_text("Kari Nordmann")
    await expect(visitor.page.locator(".ghost")).to_have_count(0)
    assert (await stored(clinic, booked)).starts_at == SOON


async def test_in_rows_a_finger_drags_across(clinic: World, visit: Visit, password: str) -> None:
    visitor, finger = await touching(clinic, visit, password, 1024)
    await open_day(visitor, clinic)
    await visitor.page.click(".filters summary")
    await visitor.page.check("[value=rows]")
    await visitor.page.click(".filters button.primary")
    await expect(visitor.page.locator(".grid.as-rows")).to_have_count(1)
    x, y = await at(visitor.page.locator(f"#lane-{clinic.bo} .time"))
    await finger.rest(visitor, x + 2 * HOUR_HIGH, y)
    await finger.drag(x + 2 * HOUR_HIGH, y, right=HOUR_HIGH)
    start, length = await begun(visitor)
    assert (start[:10], int(length) >= 30) == ("2027-03-01", True)


async def test_on_a_phone_an_empty_time_is_tapped(clinic: World, visit: Visit, password: str) -> None:
    visitor, finger = await touching(clinic, visit, password, 390)
    await open_day(visitor, clinic)
    free = visitor.page.locator(f"#lane-{clinic.ada} .free").first
    await free.scroll_into_view_if_needed()
    await finger.swipe(*await at(free), down=-40)
    await expect(visitor.page.locator("#panel form")).to_have_count(0)
    await free.tap()
    assert (await begun(visitor))[0] == "2027-03-01T08:00"
