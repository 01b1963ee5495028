"""A new booking by one form: the customer is found while one types, and what speaks against it is said before."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from playwright.async_api import expect

from kalends.actions.bookings.find import list_items
from kalends.actions.customers.find import list_customers
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.customer import CustomerQuery
from tests.console.browsing import Visitor
from tests.console.conftest import EMAIL, Visit
from tests.console.desk_client import desk
from tests.console.grid import HOUR_HIGH, drag, left_of, open_day
from tests.console.screens import physio
from tests.console.test_screens import logged_in
from tests.world import World


def new(clinic: World, at: str = "2027-03-01T11:00") -> str:
    return f"/sites/{clinic.site}/new?resource={clinic.ada}&at={at}"


async def booked(clinic: World) -> list[ItemView]:
    return (await list_items(clinic.ctx(), ItemQuery(listing="all"))).rows


async def test_a_customer_is_found_while_one_types(clinic: World, marit: Visitor) -> None:
    await marit.open(new(clinic))
    await marit.focuses("q")
    await marit.page.keyboard.type("kar")
    await marit.page.click("label >> text=Kari Nordmann")
    await marit.page.select_option("#service", str(clinic.physio))
    await marit.page.wait_for_selector(".is-free")
    assert "Free with Ada." in await marit.text(".is-free")
    await marit.check()
    await marit.page.click("#book")
    await marit.page.wait_for_selector("text=The booking is made.")
    (view,) = await booked(clinic)
    assert (view.item.customer_id, view.item.resource_id, view.item.service_id) == (
        clinic.kari,
        clinic.ada,
        clinic.physio,
    )


async def test_it_works_without_scripts_too(clinic: World, password: str, visit: Visit) -> None:
    visitor = await visit(java_script_enabled=False)
    await visitor.open("/login")
    await visitor.log_in(clinic.account.slug, EMAIL, password)
    await visitor.open(new(clinic))
    await visitor.page.fill("#customer", "99 88 77")
    await visitor.page.select_option("#service", str(clinic.physio))
    await visitor.page.click("text=Search")
    assert await visitor.page.is_checked(f"[name=customer][value='{clinic.ola}']")
    assert "Free with Ada." in await visitor.text(".is-free")
    await visitor.page.click("#book")
    assert "The booking is made." in await visitor.text()
    assert [view.item.customer_id for view in await booked(clinic)] == [clinic.ola]


async def test_a_likely_double_is_warned_of(clinic: World, marit: Visitor) -> None:
    await marit.open(f"{new(clinic)}&service={clinic.physio}&customer=new")
    await marit.page.fill("#name", "Kari N.")
    await marit.page.fill("#phone", "+47 22 33 44 55")
    await marit.page.click("#book")
    await marit.page.wait_for_selector("#doubles")
    assert "kari@example.org" in await marit.text("#doubles")
    assert await booked(clinic) == []
    await marit.check()
    await marit.page.click("#doubles >> text=it is somebody else")
    await marit.page.click("#book")
    await marit.page.wait_for_selector("text=The booking is made.")
    (view,) = await booked(clinic)
    assert view.item.customer_id not in (None, clinic.kari)
    assert (await list_customers(clinic.ctx(), CustomerQuery())).total == 3


async def test_what_is_in_the_way_is_said_with_free_times_each_one_click(
    clinic: World, password: str, address: str
) -> None:
    await physio(clinic)
    path = f"/sites/{clinic.site}/new"
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{new(clinic)}&service={clinic.physio}&customer={clinic.ola}")
        assert "That time is taken." in marit.page
        assert "Kari Nordmann" in marit.page
        fields = {"service": clinic.physio, "customer": clinic.ola, "start": "2027-03-01T11:00"}
        assert await marit.send(path, **fields, resource=clinic.ada) == 409
        assert f'value="{clinic.ada} 0 2027-03-01T12:30"' in marit.page
        assert await marit.send(path, **fields, take=f"{clinic.ada} 0 2027-03-01T12:30") == 200
        assert "12:30–13:15" in marit.page


async def test_an_overlap_on_purpose_needs_a_reason(clinic: World, password: str, address: str) -> None:
    await physio(clinic)
    path = f"/sites/{clinic.site}/new"
    fields = {"service": clinic.physio, "customer": clinic.ola, "start": "2027-03-01T11:00", "resource": clinic.ada}
    async with desk(address, clinic, password) as marit:
        await marit.open(path)
        assert await marit.send(path, **fields, overlap="yes") == 422
        assert "Why: is missing" in marit.page
        assert await marit.send(path, **fields, overlap="yes", overlap_reason="An emergency.") == 200
        assert "Overlaps another booking on purpose. An emergency." in marit.page


async def test_each_date_of_a_series_is_shown_before_it_is_booked(clinic: World, password: str, address: str) -> None:
    await physio(clinic)
    path = f"/sites/{clinic.site}/new"
    fields = {"service": clinic.physio, "customer": clinic.ola, "start": "2027-03-01T11:00", "resource": clinic.ada}
    repeats = {"repeat": "week", "times": 3, "if_taken": "skip"}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}?{urlencode({**fields, **repeats})}")
        assert "2 of 3 dates can be booked" in marit.page
        assert "taken, left out" in marit.page
        assert "Book 2 dates" in marit.page
        assert await marit.send(path, **fields, **{**repeats, "times": 1}) == 422
        assert await marit.send(path, **fields, **repeats) == 200
        assert "repeats" in marit.page
    assert len(await booked(clinic)) == 3


async def test_nothing_that_was_typed_is_lost(clinic: World, password: str, visit: Visit) -> None:
    visitor = await logged_in(clinic, visit, password)
    await visitor.open(new(clinic, ""))
    await visitor.page.fill("#notes", "Left knee.")
    await visitor.page.click("#book")
    await visitor.page.wait_for_selector("#summary")
    assert "Start: is missing" in await visitor.text("#summary")
    assert "For whom: is missing" in await visitor.text("#summary")
    assert await visitor.page.input_value("#notes") == "Left knee."
    await visitor.check()


async def test_what_was_just_booked_is_taken_back(clinic: World, password: str, address: str) -> None:
    fields = {"customer": clinic.kari, "service": clinic.physio, "start": "2027-03-01T11:00", "resource": clinic.ada}
    async with desk(address, clinic, password) as marit:
        await marit.open(new(clinic))
        assert await marit.send(f"/sites/{clinic.site}/new", **fields) == 200
        assert "The booking is made." in marit.page
        (view,) = await booked(clinic)
        path = f"/sites/{clinic.site}/items/{view.item.id}"
        assert await marit.send(f"{path}/undo") == 200
        assert 'id="grid"' in marit.page
        assert path not in marit.page
    assert [each.item.state for each in await booked(clinic)] == ["deleted"]


@pytest.mark.parametrize(("fold", "begins"), [("0", 0), ("1", 1)])
async def test_in_the_hour_that_clocks_show_twice_a_booking_is_as_long_as_asked(
    clinic: World, password: str, address: str, fold: str, begins: int
) -> None:
    fields = {"customer": clinic.kari, "start": "2027-10-31T02:30", "resource": clinic.sauna, "length": 45}
    async with desk(address, clinic, password) as marit:
        await marit.open(new(clinic))
        assert await marit.send(f"/sites/{clinic.site}/new", **fields) == 422
        assert "is a time that comes twice" in marit.page
        assert f'<option value="{fold}">02:30 (UTC+{2 - begins})</option>' in marit.page
        assert await marit.send(f"/sites/{clinic.site}/new", **fields, fold=fold) == 200
    (view,) = await booked(clinic)
    start = datetime(2027, 10, 31, begins, 30, tzinfo=UTC)
    assert (view.item.starts_at, view.item.ends_at) == (start, start + timedelta(minutes=45))


async def test_a_drag_over_an_empty_place_says_when_and_for_how_long(clinic: World, marit: Visitor) -> None:
    await open_day(marit, clinic)
    lane = marit.page.locator(f"#lane-{clinic.ada} .time")
    await drag(marit, lane, down=1.5 * HOUR_HIGH, drop=False)
    start, _, end = (await marit.text(".ghost")).partition("–")
    await marit.page.keyboard.press("Escape")
    await expect(marit.page.locator(".ghost")).to_have_count(0)
    await marit.page.mouse.up()
    await expect(marit.page.locator("#panel")).to_be_hidden()
    await drag(marit, lane, down=1.5 * HOUR_HIGH)
    await expect(marit.page.locator("#start")).to_have_value(f"2027-03-01T{start}")
    minutes = datetime.strptime(end, "%H:%M") - datetime.strptime(start, "%H:%M")
    await expect(marit.page.locator("#length")).to_have_value(str(minutes // timedelta(minutes=1)))
    assert timedelta(minutes=90) <= minutes <= timedelta(minutes=105)
    await expect(marit.page.locator("#resource")).to_have_value(str(clinic.ada))
    assert await booked(clinic) == []
    assert marit.complaints == []


async def test_what_is_dragged_to_the_edge_goes_on_and_stays_when_somebody_else_changes_the_lane(
    clinic: World, marit: Visitor
) -> None:
    await open_day(marit, clinic)
    await marit.page.set_viewport_size({"width": 1280, "height": 500})
    await marit.page.evaluate("grid().scrollTop = 0")
    shown = await marit.page.locator("#grid").bounding_box()
    assert shown is not None
    x = await left_of(marit.page.locator(f"#lane-{clinic.sauna} .time")) + 20
    await marit.page.mouse.move(x, shown["y"] + 150)
    await marit.page.mouse.down()
    await marit.page.mouse.move(x, shown["y"] + shown["height"] - 5, steps=8)
    end = (await marit.page.evaluate("timesOf(0, steps())")).partition("–")[2]
    await expect(marit.page.locator(".ghost")).to_contain_text(f"–{end}")
    await marit.page.evaluate(f"void redraw(['{clinic.sauna}'])")
    await marit.page.mouse.move(x, shown["y"] + shown["height"] - 4)
    await expect(marit.page.locator(".ghost")).to_have_count(1)
    await marit.page.keyboard.press("Escape")
    await expect(marit.page.locator(".ghost")).to_have_count(0)
    await marit.page.mouse.up()
    assert marit.complaints == []
