"""What customers agree to when they book is kept as they were shown it, until they are erased."""

import httpx
import pytest

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.accounts.keys import create_key
from kalends.actions.bookings.holds import book_hold
from kalends.actions.customers.erase import erase_customer
from kalends.engine.accounts.booking_page import BookingPage, BookingPagePatch, changed_page
from kalends.engine.bookings.hold import HeldBooking
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault, Invalid
from tests.console.office import office_of
from tests.desk import DAY
from tests.page.booking import Booker
from tests.world import NOW, World

TICKED = 'type="checkbox" value="1" required checked'


async def agreed(studio: World, booker: Booker) -> tuple[int, int]:
    """Kari agrees to the first text and books; the ids of the booking and of its item."""
    await change_booking_page(studio.ctx(), BookingPagePatch(consent="You may call me."))
    await booker.choose(studio.massage)
    assert "You are booked in" in (await booker.send(consent="1")).text
    row = await studio.db.fetchrow(
        "select booking_id, id from item where account_id = $1 order by id desc limit 1", studio.account.id
    )
    assert row is not None
    return row["booking_id"], row["id"]


def test_each_other_text_is_a_version() -> None:
    page = BookingPage()
    versions = []
    for text in ("Call me.", "Call me.", "", "Write to me.", "Call me."):
        page = changed_page(page, BookingPagePatch(consent=text, intro=text))
        versions.append(page.consent_version)
    assert versions == [1, 1, 1, 2, 3]


async def test_a_text_that_has_changed_is_to_be_agreed_to_again(studio: World, booker: Booker) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(consent="You may call me."))
    await booker.choose(studio.massage)
    page = await booker.send(name="", consent="1")
    assert TICKED in page.text
    await change_booking_page(studio.ctx(), BookingPagePatch(consent="You may sell my number."))
    page = await booker.send(consent="1")
    assert page.status_code == 422
    assert "Tick the box to agree." in page.text
    assert "You may sell my number." in page.text
    assert "required checked" not in page.text
    assert "You are booked in" in (await booker.send(consent="2")).text


async def test_it_is_shown_with_the_booking(studio: World, booker: Booker, address: str) -> None:
    booking_id, item_id = await agreed(studio, booker)
    await change_booking_page(studio.ctx(), BookingPagePatch(consent="You may write to me."))
    _, key = await create_key(studio.ctx(), "api")
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=f"{address}/api/v1", headers=headers, timeout=120) as api:
        booking = (await api.get(f"/bookings/bkg_{booking_id}")).json()
        consent = booking["consent"]
        assert (consent["text"], consent["version"]) == ("You may call me.", 1)
        assert consent["agreed_at"] == booking["created_at"]
        export = (await api.get(f"/customers/{booking['customer']}/export")).json()
        assert [each["consent"] for each in export["bookings"]] == [consent]
        page = (await api.get("/account/booking-page")).json()
        assert (page["consent"], page["consent_version"]) == ("You may write to me.", 2)
    async with office_of(studio, address) as office:
        panel = await office.open(f"/sites/{studio.site}/items/{item_id}")
    assert "You may call me." in panel
    assert "Version 1 of the text" in panel


async def test_who_is_erased_has_agreed_to_nothing(studio: World, booker: Booker) -> None:
    booking_id, _ = await agreed(studio, booker)
    customer_id = await studio.db.fetchval("select customer_id from booking where id = $1", booking_id)
    await erase_customer(studio.ctx(NOW + 60 * DAY), customer_id)
    assert await studio.db.fetchval("select consent from booking where id = $1", booking_id) is None


async def test_without_agreeing_nothing_is_booked_by_whatever_way(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage)
    await change_booking_page(studio.ctx(), BookingPagePatch(consent="You may call me."))
    booking_id = await studio.db.fetchval("select max(booking_id) from item where account_id = $1", studio.account.id)
    with pytest.raises(Invalid) as refused:
        await book_hold(studio.ctx(), booking_id, HeldBooking(customer=CustomerPatch(first_name="Kari")))
    assert refused.value.faults == (Fault("consent", "blank"),)
