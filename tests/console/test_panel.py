"""The panel of a booking: what it tells, and what is done with one click."""

import pytest

from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.find import get_item
from kalends.actions.messages.about_item import list_messages_about
from kalends.engine.bookings.views import ItemView
from tests.acts import change
from tests.console.browsing import Visitor
from tests.console.conftest import Visit, hired
from tests.console.screens import item_screen, physio
from tests.console.test_screens import logged_in
from tests.desk import HOUR, SOON
from tests.world import World


async def now(clinic: World, view: ItemView) -> tuple[str, str | None]:
    item = (await get_item(clinic.ctx(), view.item.id)).item
    return item.state, item.status


async def test_the_panel_tells_all_about_a_booking(clinic: World, marit: Visitor) -> None:
    earlier = await physio(clinic, -24 * HOUR)
    await set_status(clinic.ctx(), earlier.item.id, "no_show")
    booked = await physio(clinic, notes="Left knee.", custom={"Side": "left"})
    await change(clinic.ctx(), booked.item.id, {"starts_at": SOON + HOUR})
    await marit.open(item_screen(clinic, booked))
    shown = await marit.text()
    assert await marit.text("h1") == "Kari Nordmann"
    for told in (
        "Confirmed",
        "12:00–12:45",
        "Ada",
        "Physio, 45 min, 15 min after it",
        "22 33 44 55",
        "kari@example.org",
        "1 missed",
        "Left knee.",
        "Side",
        "Moved from Monday, 1 March 2027, 11:00–11:45",
        "Tester",
    ):
        assert told in shown.replace("Monday 1", "Monday, 1")


@pytest.mark.parametrize(
    ("button", "status"),
    [("Here", "checked_in"), ("In progress", "in_progress"), ("Completed", "completed"), ("No-show", "no_show")],
)
async def test_attendance_is_one_click_and_so_is_taking_it_back(
    clinic: World, marit: Visitor, button: str, status: str
) -> None:
    booked = await physio(clinic)
    await marit.open(item_screen(clinic, booked))
    await marit.page.click(f".marks >> text={button}")
    await marit.page.wait_for_selector("[data-said]")
    assert await now(clinic, booked) == ("confirmed", status)
    await marit.page.click(".marks [aria-pressed=true]")
    await marit.page.wait_for_selector("text=The mark is taken back.")
    assert await now(clinic, booked) == ("confirmed", None)


async def test_who_is_faster_is_named_and_the_change_is_not_made(clinic: World, marit: Visitor) -> None:
    booked = await physio(clinic)
    await marit.open(item_screen(clinic, booked))
    await change(clinic.ctx(who="Nils"), booked.item.id, {"notes": "Right knee."})
    await marit.page.click(".marks >> text=No-show")
    await marit.page.wait_for_selector("#summary")
    assert "Nils changed it at 10:00." in await marit.text("#summary")
    assert "Right knee." in await marit.text()
    assert await now(clinic, booked) == ("confirmed", None)
    await marit.check()


@pytest.mark.parametrize(("choice", "messages"), [("By e-mail", ["cancellation"]), ("Do not tell", [])])
async def test_a_customer_is_told_of_a_cancellation_or_not(
    clinic: World, marit: Visitor, choice: str, messages: list[str]
) -> None:
    booked = await physio(clinic)
    await marit.open(item_screen(clinic, booked))
    await marit.page.click("text=Cancel…")
    await marit.page.wait_for_selector("#reason")
    assert "Bestillingen din er avbestilt." in await marit.text(".letter")
    await marit.page.fill("#reason", "Ada is ill.")
    await marit.page.click(f"label >> text={choice}")
    await marit.page.click("text=Cancel the booking")
    await marit.page.wait_for_selector("text=The booking is cancelled.")
    assert await now(clinic, booked) == ("cancelled", None)
    assert "Ada is ill." in await marit.text(".facts")
    sent = await list_messages_about(clinic.ctx(), booked.item.id)
    assert [message.template for message in sent] == messages


async def test_a_request_is_confirmed_with_one_click_and_declined_with_a_reason(clinic: World, marit: Visitor) -> None:
    first, second = [await physio(clinic, hours * HOUR, state="awaiting_confirmation") for hours in (0, 1)]
    await marit.open(item_screen(clinic, first))
    await marit.page.click("button >> text=Confirm")
    await marit.page.wait_for_selector("text=The booking is confirmed.")
    await marit.open(item_screen(clinic, second, "/decline"))
    await marit.page.fill("#reason", "Full that week.")
    await marit.page.click("text=Decline the request")
    await marit.page.wait_for_selector("text=The request is declined.")
    assert [await now(clinic, view) for view in (first, second)] == [("confirmed", None), ("declined", None)]
    assert (await get_item(clinic.ctx(), second.item.id)).item.cancellation_reason == "Full that week."


async def test_what_is_brought_back_says_what_has_taken_its_time(clinic: World, marit: Visitor) -> None:
    booked = await physio(clinic)
    await change_item_state(clinic.ctx(), booked.item.id, "cancel")
    taken = await physio(clinic, customer_id=clinic.ola)
    await marit.open(item_screen(clinic, booked))
    await marit.page.click("text=Bring it back")
    await marit.page.wait_for_selector("#summary")
    assert "That time is taken." in await marit.text("#summary")
    assert "Ola Nordmann" in await marit.text("#summary")
    await change_item_state(clinic.ctx(), taken.item.id, "cancel")
    await marit.page.click("text=Bring it back")
    await marit.page.wait_for_selector("text=The booking is back.")
    assert await now(clinic, booked) == ("confirmed", None)


async def test_who_may_only_read_is_offered_nothing(clinic: World, visit: Visit) -> None:
    booked = await physio(clinic)
    visitor = await logged_in(clinic, visit, await hired(clinic, "readonly", "nils@example.org"), "nils@example.org")
    await visitor.open(item_screen(clinic, booked))
    assert await visitor.page.locator("main button, main .button").count() == 0
    assert await visitor.open(item_screen(clinic, booked, "/cancel")) == 403


async def test_a_booking_of_another_site_is_not_there(clinic: World, marit: Visitor) -> None:
    booked = await physio(clinic)
    assert await marit.open(f"/sites/{clinic.site + 1}/items/{booked.item.id}") == 404
    assert await marit.open(f"/sites/{clinic.site}/items/{booked.item.id + 99}") == 404


async def test_visits_before_a_booking_are_those_that_were_over_when_it_began(clinic: World, marit: Visitor) -> None:
    first, second, third = [await physio(clinic, hours * HOUR) for hours in (-40, -30, -20)]
    for view, visits in ((first, "First visit"), (second, "1 visit before"), (third, "2 visits before")):
        await marit.open(f"/sites/{clinic.site}/items/{view.item.id}")
        assert visits in await marit.text()
