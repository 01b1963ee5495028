"""The first run: an empty account is bookable after five screens."""

import secrets
from datetime import date

import pytest

from kalends.actions.bookings.slots import slots_on
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.principal import system
from kalends.store.accounts.accounts import add_account
from tests.console.conftest import EMAIL, Visit, hired
from tests.console.office import office_of
from tests.world import World


@pytest.fixture
async def empty(clinic: World) -> World:
    """An account with nothing in it."""
    account = Account(0, secrets.token_hex(8), "New", "UTC", "en", "EUR", "US", Policy())
    opened = await add_account(clinic.db, account, clinic.now)
    return World(**{**{name: getattr(clinic, name) for name in clinic.__struct_fields__}, "account": opened})


async def test_an_empty_account_is_bookable_after_five_screens(empty: World, visit: Visit) -> None:
    password = await hired(empty)
    visitor = await visit()
    await visitor.open("/login")
    await visitor.log_in(empty.account.slug, EMAIL, password)
    screens: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
        ("business", {"name": "Fjord Studio"}, {"country": "NO", "time_zone": "Europe/Oslo", "currency": "NOK"}),
        ("place", {"name": "Harbour", "city": "Bergen"}, {}),
        ("resource", {"title": "Ingrid"}, {}),
        ("hours", {"opens": "08:00", "closes": "16:00"}, {}),
        ("service", {"title": "Massage", "duration": "30", "price": "450", "tax_rate": "25"}, {}),
    )
    for step, texts, choices in screens:
        assert visitor.path == f"/setup/{step}"
        await visitor.check()
        for name, value in texts.items():
            await visitor.page.fill(f"[name={name}]", value)
        for name, value in choices.items():
            await visitor.page.select_option(f"[name={name}]", value)
        await visitor.page.click("main form button")
        await visitor.page.wait_for_load_state()
    assert "You can be booked" in await visitor.text()
    await visitor.check()
    ctx = Context(system("tests"), empty.account, empty.now, empty.db)
    (service,), (resource,) = await list_services(ctx), await list_resources(ctx)
    assert (resource.title, resource.kind, service.title, service.duration) == ("Ingrid", "person", "Massage", 30)
    assert await slots_on(ctx, service.id, date(2027, 3, 2), date(2027, 3, 2))


async def test_what_is_wrong_stands_at_the_field_and_the_step_stays(empty: World, address: str) -> None:
    async with office_of(empty, address) as office:
        told = await office.refused("/setup/business", name="Studio", currency="x")
        assert "Currency: is not one of the possible values" in told
        assert "Name of the place: is missing" in await office.refused("/setup/place", name="")
        assert (await office.done("/setup/resource", title="Ingrid", kind="person", capacity="1")) == "/setup"
        await office.done("/setup/place", name="Harbour")
        await office.refused("/setup/resource", title="", kind="king", capacity="many")
        await office.done("/setup/resource", title="Ingrid", kind="person", capacity="1")
        await office.refused("/setup/hours", opens="late", closes="")
        assert "Open on: is missing" in await office.refused("/setup/hours", opens="09:00", closes="17:00")
        await office.refused("/setup/hours", days=["9"], opens="09:00", closes="17:00")
        told = await office.refused("/setup/service", title="", duration="0", price="free", tax_rate="-1")
        assert "Minutes: is out of range" in told
        assert "step:" not in told


async def test_who_may_not_manage_is_not_asked(empty: World, address: str) -> None:
    async with office_of(empty, address, "staff") as office:
        assert "Ask a manager or owner" in await office.open("/")
        await office.open("/setup", 403)
    async with office_of(empty, address) as office:
        await office.open("/setup/sideways", 404)


async def test_a_step_that_comes_later_is_not_taken_first(empty: World, address: str) -> None:
    async with office_of(empty, address) as office:
        answer = await office.client.get("/setup/service")
        assert answer.headers["location"].endswith("/setup/business")
