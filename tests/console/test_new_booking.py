"""A new booking by one form: the customer is found while one types, and what speaks against it is said before."""

from kalends.actions.bookings.find import list_items
from kalends.actions.customers.find import list_customers
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.customer import CustomerQuery
from tests.console.browsing import Visitor
from tests.console.conftest import EMAIL, Visit
from tests.console.screens import physio
from tests.console.test_screens import logged_in
from tests.world import World


def new(clinic: World, at: str = "2027-03-01T11:00") -> str:
    return f"/sites/{clinic.site}/new?resource={clinic.ada}&at={at}"


async def booked(clinic: World) -> list[ItemView]:
    return (await list_items(clinic.ctx(), ItemQuery(listing="all"))).rows


async def test_a_customer_is_found_while_one_types(clinic: World, marit: Visitor) -> None:
    await marit.open(new(clinic))
    assert await marit.focused() == "q"
    await marit.page.keyboard.type("kar")
    await marit.page.click("label >> text=Kari Nordmann")
    await marit.page.select_option("#service", str(clinic.physio))
    await marit.page.wait_for_selector(".free")
    assert "Free with Ada." in await marit.text(".free")
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
    await visitor.page.fill("#q", "99 88 77")
    await visitor.page.select_option("#service", str(clinic.physio))
    await visitor.page.click("text=Search")
    assert await visitor.page.is_checked(f"[name=customer][value='{clinic.ola}']")
    assert "Free with Ada." in await visitor.text(".free")
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


async def test_what_is_in_the_way_is_said_with_free_times_each_one_click(clinic: World, marit: Visitor) -> None:
    await physio(clinic)
    await marit.open(f"{new(clinic)}&service={clinic.physio}&customer={clinic.ola}")
    assert "That time is taken." in await marit.text("#outlook")
    assert "Kari Nordmann" in await marit.text("#outlook")
    await marit.page.click("#outlook button >> text=12:00–12:45")
    await marit.page.wait_for_selector("text=The booking is made.")
    assert "12:00–12:45" in await marit.text(".facts")


async def test_an_overlap_on_purpose_needs_a_reason(clinic: World, marit: Visitor) -> None:
    await physio(clinic)
    await marit.open(f"{new(clinic)}&service={clinic.physio}&customer={clinic.ola}")
    await marit.page.click("text=Book it all the same")
    await marit.page.click("text=Overlap on purpose")
    await marit.page.wait_for_selector("#overlap_reason-fault")
    await marit.page.fill("#overlap_reason", "An emergency.")
    await marit.page.click("text=Overlap on purpose")
    await marit.page.wait_for_selector("text=The booking is made.")
    assert "Overlaps another booking on purpose. An emergency." in await marit.text(".warning")
    await marit.check()


async def test_each_date_of_a_series_is_shown_before_it_is_booked(clinic: World, marit: Visitor) -> None:
    await physio(clinic)
    await marit.open(f"{new(clinic)}&service={clinic.physio}&customer={clinic.ola}&repeat=week&times=3&if_taken=skip")
    assert "2 of 3 dates can be booked" in await marit.text("#outlook")
    assert "taken, left out" in await marit.text("#outlook")
    await marit.page.click("text=Book 2 dates")
    await marit.page.wait_for_selector("text=The booking is made.")
    assert len(await booked(clinic)) == 3
    assert "repeats" in await marit.text(".above")


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
