"""Managers set up what can be booked: services, resources, sites, extras, prices and fields of their own."""

from datetime import date
from decimal import Decimal

from kalends.actions.catalog.custom_fields import add_field, list_questions, list_values
from kalends.actions.catalog.prices import list_groups, list_prices
from kalends.actions.catalog.resources import change_resource, get_resource, list_resources
from kalends.actions.catalog.services import get_service, list_services
from kalends.actions.catalog.serving import get_providers
from kalends.actions.catalog.sites import list_sites
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.resource import ResourcePatch
from tests.acts import book_item
from tests.console.browsing import Visitor
from tests.console.conftest import Visit, hired
from tests.console.test_screens import logged_in
from tests.desk import visit as massage
from tests.world import World


async def send(visitor: Visitor, **values: str) -> None:
    """Fill in fields and send the form; what comes then is waited for."""
    for name, value in values.items():
        await visitor.page.fill(f"[name={name}]", value)
    await visitor.page.click("main form.stack button.primary")


async def saved(visitor: Visitor) -> None:
    await visitor.page.wait_for_url("**note=saved")
    await visitor.page.wait_for_selector("[role=status]")


async def test_a_service_is_added_with_who_does_it(clinic: World, marit: Visitor) -> None:
    await marit.open("/services/new")
    await marit.page.check("[name=serving][value=these]")
    await send(marit, title=" ", duration="", price="a lot")
    await marit.page.wait_for_selector("#summary")
    assert (await marit.text("#summary ul")).splitlines() == [
        "Name: is missing",
        "Length: is missing",
        "Price: is not a number",
        "With or where: is missing",
    ]
    await marit.check()
    await marit.page.check(f"[name=resource_ids][value='{clinic.bo}']")
    await send(marit, title="Reflexology", duration="50", notice_hours="1.5", price="790,50")
    await saved(marit)
    service = next(each for each in await list_services(clinic.ctx()) if each.title == "Reflexology")
    assert (service.duration, service.step, service.notice, service.price) == (50, 50, 90, Decimal("790.50"))
    assert [each.resource_id for each in (await get_providers(clinic.ctx(), service.id)).overrides] == [clinic.bo]
    await marit.check()


async def test_what_was_not_changed_of_a_service_stays(clinic: World, marit: Visitor) -> None:
    before = await get_service(clinic.ctx(), clinic.physio)
    await marit.open(f"/services/{clinic.physio}")
    await send(marit)
    await saved(marit)
    assert await get_service(clinic.ctx(), clinic.physio) == before


async def test_a_room_has_parts_and_values_of_own_fields(clinic: World, marit: Visitor) -> None:
    field = await add_field(clinic.ctx(), CustomFieldPatch(title="Persons", kind="numeric"))
    await marit.open(f"/resources/new?parent={clinic.hall}&kind=space")
    await send(marit, title="Stage", **{f"custom_{field.id}": "many"})
    await marit.page.wait_for_selector("#summary")
    assert "Persons: is not a number" in await marit.text("#summary ul")
    await send(marit, **{f"custom_{field.id}": "120"})
    await saved(marit)
    stage = next(each for each in await list_resources(clinic.ctx()) if each.title == "Stage")
    assert (stage.parent_id, stage.kind) == (clinic.hall, "space")
    assert await list_values(clinic.ctx(), [stage.id]) == {stage.id: {field.id: "120"}}
    await marit.open("/resources")
    assert "part of Hall" in await marit.text("tbody")
    await marit.check()


async def test_a_room_can_be_booked_for_some_time_only(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/resources/{clinic.sauna}")
    await send(marit, first_day="2027-07-02", last_day="2027-07-01")
    await marit.page.wait_for_selector("#summary")
    assert "Last day: must be after the start" in await marit.text("#summary ul")
    await send(marit, first_day="2027-06-01", last_day="2027-08-31")
    await saved(marit)
    sauna = await get_resource(clinic.ctx(), clinic.sauna)
    assert (sauna.valid_from, sauna.valid_until) == (date(2027, 6, 1), date(2027, 9, 1))
    assert await marit.page.input_value("[name=last_day]") == "2027-08-31"


async def test_who_has_something_booked_can_not_leave(clinic: World, marit: Visitor) -> None:
    await book_item(clinic.ctx(), massage(clinic))
    await marit.open(f"/resources/{clinic.ada}")
    await marit.page.uncheck("[name=active]")
    await send(marit)
    await marit.page.wait_for_selector("#summary")
    assert "One upcoming booking needs it" in await marit.text("#summary")
    await marit.check()


async def test_what_somebody_else_changed_is_told(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/resources/{clinic.ada}")
    await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(notes="On leave in May"))
    await send(marit, title="Ada L.")
    await marit.page.wait_for_selector("#summary")
    assert "Somebody else changed this meanwhile" in await marit.text("#summary")


async def test_a_site_is_added_and_closed_on_holidays(clinic: World, marit: Visitor) -> None:
    await marit.open("/settings/sites/new")
    await send(marit, name="Hill", street="Main Street 3")
    await saved(marit)
    hill = next(site for site in await list_sites(clinic.ctx()) if site.name == "Hill")
    assert (hill.time_zone, hill.country) == ("Europe/Oslo", "NO")
    assert hill.holiday_calendar_id is not None
    await marit.check()


async def test_prices_are_for_everybody_or_for_groups(clinic: World, marit: Visitor) -> None:
    await marit.open("/sorts")
    await marit.page.fill("#group-title", "Members")
    await marit.page.press("#group-title", "Enter")
    await saved(marit)
    (group,) = await list_groups(clinic.ctx())
    await marit.open(f"/services/{clinic.massage}/prices/new")
    await marit.page.check(f"[name=group_ids][value='{group.id}']")
    await send(marit, amount="600", tax_rate="25")
    await saved(marit)
    (price,) = await list_prices(clinic.ctx())
    assert (price.amount, price.tax_rate, price.per) == (Decimal(600), Decimal(25), "booking")
    assert price.group_ids == (group.id,)
    await marit.check()
    await marit.page.click("text=Without a name")
    await marit.page.wait_for_url("**/prices/*")
    await marit.check()
    await marit.page.click("button.danger")
    await saved(marit)
    assert await list_prices(clinic.ctx()) == []


async def test_extras_are_a_stock_or_a_service(clinic: World, marit: Visitor) -> None:
    await marit.open("/extras/inventory/new")
    await send(marit, title="Flip charts", quantity="4")
    await saved(marit)
    await marit.open("/extras/products/new")
    await marit.page.check("[name=goes_with][value=these]")
    await marit.page.check(f"[name=resource_ids][value='{clinic.hall}']")
    await send(marit, title="Cleaning")
    await saved(marit)
    await marit.open("/extras")
    rows = [(await row.inner_text()).split("\t") for row in await marit.page.locator("tbody tr").all()]
    assert [row[:4] for row in rows] == [
        ["Projectors", "Thing in stock", "3", "Everything"],
        ["Flip charts", "Thing in stock", "4", "Everything"],
        ["Cleaning", "Added service", "", "Hall"],
    ]
    await marit.check()


async def test_a_field_of_ones_own_has_values_to_choose_from(clinic: World, marit: Visitor) -> None:
    await marit.open("/custom-fields/new")
    await marit.page.check("[name=kind][value=select]")
    await send(marit, title="Seating")
    await marit.page.wait_for_selector("#summary")
    assert "The values: is missing" in await marit.text("#summary ul")
    await send(marit, options="Rows\nTables\n")
    await saved(marit)
    await marit.open(f"/resources/{clinic.hall}")
    assert await marit.page.locator("select option:text-is('Tables')").count() == 1
    await marit.check()


async def test_a_question_is_asked_by_one_service_after_an_answer(clinic: World, marit: Visitor) -> None:
    allergic = await add_field(clinic.ctx(), CustomFieldPatch(title="Allergic?", subject="booking", kind="checkbox"))
    await marit.open("/custom-fields/new")
    await marit.page.check("[name=subject][value=booking]")
    await marit.page.check("[name=required]")
    await marit.page.check(f"[name=service_ids][value='{clinic.massage}']")
    await marit.page.select_option("[name=asked_if_id]", str(allergic.id))
    await send(marit, title="To what?", asked_if_value="perhaps")
    await marit.page.wait_for_selector("#summary")
    assert "Answer" in await marit.text("#summary ul")
    await send(marit, asked_if_value="on")
    await saved(marit)
    _, question = await list_questions(clinic.ctx())
    assert (question.required, question.service_ids) == (True, frozenset({clinic.massage}))
    assert (question.asked_if_id, question.asked_if_value) == (allergic.id, "on")
    await marit.check()


async def test_who_may_not_manage_sees_lists_and_no_forms(clinic: World, visit: Visit) -> None:
    password = await hired(clinic, "staff", "nils@example.org")
    nils = await logged_in(clinic, visit, password, "nils@example.org")
    for path in ("/services", "/resources", "/extras", "/settings/sites"):
        assert await nils.open(path) == 200
        assert await nils.page.locator("main a.button").count() == 0
        assert await nils.open(f"{path}/new" if path != "/extras" else "/extras/inventory/new") == 403
