"""Bookings are moved and cancelled by form, alone or with the others, and requests are answered."""

from datetime import timedelta

from kalends.actions.bookings.appointments import book_appointments
from kalends.actions.bookings.find import get_item
from kalends.engine.bookings.views import ItemView
from kalends.engine.time.repeat_rule import RepeatRule
from tests.acts import request
from tests.console.browsing import Visitor
from tests.console.screens import item_screen, physio
from tests.desk import DAY, HOUR, SOON
from tests.world import World


async def weekly(clinic: World) -> list[ItemView]:
    """Kari has physio at eleven, this Monday and the three after it."""
    fields = {"service_id": clinic.physio, "resource_id": clinic.ada, "starts_at": SOON, "customer_id": clinic.kari}
    booked = await book_appointments(clinic.ctx(), request(**fields), RepeatRule("week", 1, 3))
    return list(booked.items)


async def states(clinic: World, views: list[ItemView]) -> list[str]:
    return [(await get_item(clinic.ctx(), view.item.id)).item.state for view in views]


async def later(clinic: World, views: list[ItemView]) -> list[timedelta]:
    """By how much each was moved."""
    return [(await get_item(clinic.ctx(), view.item.id)).item.starts_at - view.item.starts_at for view in views]


async def test_a_free_time_is_one_click(clinic: World, marit: Visitor) -> None:
    booked = await physio(clinic)
    await marit.open(item_screen(clinic, booked))
    await marit.page.click("text=Move…")
    await marit.page.click("[aria-label='The day after']")
    await marit.page.click(".times button >> text=09:00–09:45")
    await marit.page.wait_for_selector("text=The booking is moved.")
    assert await later(clinic, [booked]) == [DAY - 2 * HOUR]
    await marit.page.click("text=Undo")
    await marit.page.wait_for_selector("text=It is as it was before.")
    assert await later(clinic, [booked]) == [timedelta()]


async def test_this_and_the_following_are_moved_and_their_number_is_said_before(clinic: World, marit: Visitor) -> None:
    views = await weekly(clinic)
    await marit.open(item_screen(clinic, views[1], "/move"))
    await marit.page.click("label >> text=This one and the following: 3 dates")
    await marit.check()
    await marit.page.fill("#start", "2027-03-08T13:00")
    await marit.page.fill("#end", "2027-03-08T13:45")
    await marit.page.click("button >> text=Move")
    await marit.page.wait_for_selector("text=The booking is moved.")
    assert await later(clinic, views) == [timedelta(), *[2 * HOUR] * 3]


async def test_this_and_the_following_are_cancelled(clinic: World, marit: Visitor) -> None:
    views = await weekly(clinic)
    await marit.open(item_screen(clinic, views[2], "/cancel"))
    assert "All 4 dates of the booking" in await marit.text()
    await marit.page.click("label >> text=This one and the following: 2 dates")
    await marit.page.click("button >> text=Cancel the booking")
    await marit.page.wait_for_selector("text=The booking is cancelled.")
    assert await states(clinic, views) == ["confirmed", "confirmed", "cancelled", "cancelled"]


async def test_requests_are_answered_one_after_the_other(clinic: World, marit: Visitor) -> None:
    views = [await physio(clinic, hours * HOUR, state="awaiting_confirmation") for hours in (0, 1)]
    await marit.open(f"/sites/{clinic.site}/requests")
    await marit.page.locator("main .cards li").first.locator("button").click()
    await marit.page.wait_for_selector("text=The booking is confirmed.")
    await marit.page.click("text=Decline…")
    await marit.page.click("text=Decline the request")
    await marit.page.wait_for_selector("text=No request waits for an answer.")
    assert await states(clinic, views) == ["confirmed", "declined"]


async def test_a_time_is_found_and_one_that_is_not_free_explained(clinic: World, marit: Visitor) -> None:
    await physio(clinic)
    await marit.open(f"/sites/{clinic.site}/find?service={clinic.physio}&why=2027-03-01T11:15")
    shown = await marit.text()
    assert "11:15 is not free" in shown
    assert "Kari Nordmann" in await marit.text(".answer")
    await marit.page.fill("#why", "2027-03-06T11:00")
    await marit.page.click("text=Explain")
    await marit.page.wait_for_selector("text=It is closed then.")
    await marit.page.locator(".times a").first.click()
    await marit.page.wait_for_selector("text=New booking")
    assert await marit.page.input_value("#service") == str(clinic.physio)
