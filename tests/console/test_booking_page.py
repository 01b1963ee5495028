"""The booking page is switched on, and says where it is."""

import pytest

from kalends.actions.accounts.booking_page import change_booking_page, get_booking_page
from kalends.engine.accounts.booking_page import BookingPage, BookingPagePatch
from kalends.web.config import WebSettings
from tests.console.browsing import Visitor
from tests.console.conftest import served
from tests.console.office import office_of
from tests.world import World

PATH = "/settings/booking-page"
LIMITS = {"most_holds": "50", "most_bookings": "30", "most_of_contact": "5"}
SENT = {"active": "yes", "change_hours": "24", "most_services": "3", "most_people": "4", **LIMITS}


async def test_what_is_shown_as_its_address_is_the_page(marit: Visitor, clinic: World) -> None:
    await marit.open(PATH)
    assert await marit.page.locator("#page-address").count() == 0
    await marit.page.check("[name=active]")
    await marit.page.fill("[name=frame_origins]", "https://www.fjord.example")
    await marit.page.click("text=Save")
    await marit.page.wait_for_selector("[role=status].note")
    await marit.page.click("text=Show it in your own website")
    await marit.check()
    snippet = await marit.text("#as-button")
    assert f'<kalends-booking account="{clinic.account.slug}" button="Book a time">' in snippet
    answer = await marit.page.request.get(await marit.text("#page-address"))
    assert answer.status == 200
    assert "https://www.fjord.example" in answer.headers["content-security-policy"]
    assert (await marit.page.request.get(snippet.split('"')[1])).status == 200


async def test_its_address_is_that_of_the_installation(database_url: str, clinic: World) -> None:
    await change_booking_page(clinic.ctx(), BookingPagePatch(active=True))
    async with (
        served(database_url, WebSettings(public_url="https://booking.example")) as url,
        office_of(clinic, url) as office,
    ):
        page = await office.open(PATH)
    assert f"https://booking.example/book/{clinic.account.slug}" in page
    assert "https://booking.example/book/widget.js" in page


async def test_all_of_it_can_be_set(clinic: World, address: str) -> None:
    sent = {
        **SENT,
        "own_colour": "yes",
        "colour": "#0B6B62",
        "intro": "Welcome.",
        "consent": "I agree.",
        "cancellation_terms": "Free until the day before.",
        "retention": "Three years.",
        "imprint_url": "https://fjord.example/imprint",
        "privacy_url": "https://fjord.example/privacy",
        "frame_origins": "https://fjord.example/\r\nhttps://WWW.fjord.example",
    }
    async with office_of(clinic, address) as office:
        assert await office.done(PATH, PATH, **sent) == f"{PATH}?note=saved"
    assert await get_booking_page(clinic.ctx()) == BookingPage(
        active=True,
        colour="#0b6b62",
        intro="Welcome.",
        consent="I agree.",
        consent_version=1,
        cancellation_terms="Free until the day before.",
        retention="Three years.",
        imprint_url="https://fjord.example/imprint",
        privacy_url="https://fjord.example/privacy",
        frame_origins=("https://fjord.example", "https://www.fjord.example"),
        change_hours=24,
        most_services=3,
        most_people=4,
        most_holds=50,
        most_bookings=30,
        most_of_contact=5,
    )


async def test_the_colour_is_our_own_again(clinic: World, address: str) -> None:
    await change_booking_page(clinic.ctx(), BookingPagePatch(colour="#0b6b62"))
    async with office_of(clinic, address) as office:
        await office.done(PATH, PATH, **SENT, colour="#0b6b62")
    assert (await get_booking_page(clinic.ctx())).colour == ""


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("change_hours", "", "is missing"),
        ("change_hours", "9000", "is out of range"),
        ("most_services", "4", "is out of range"),
        ("imprint_url", "fjord", "is not valid"),
        ("frame_origins", "fjord", "is not valid"),
    ],
)
async def test_what_is_wrong_is_told(clinic: World, address: str, field: str, value: str, fault: str) -> None:
    async with office_of(clinic, address) as office:
        shown = await office.refused(PATH, PATH, **{**SENT, field: value})
    assert fault in shown
    assert not (await get_booking_page(clinic.ctx())).active


async def test_it_is_for_managers(clinic: World, address: str) -> None:
    async with office_of(clinic, address, "staff") as office:
        await office.open(PATH, 403)
        assert (await office.send(PATH, **SENT)).status_code == 403
