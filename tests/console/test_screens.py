"""Every screen: in each language, on a phone, in the dark, by keyboard alone, and the same wherever the browser is."""

import re
from typing import Any

import pytest

from kalends.actions.accounts.settings import change_settings
from kalends.actions.catalog.custom_fields import add_category
from kalends.actions.catalog.resources import change_resource, list_resources
from kalends.actions.catalog.services import change_service, list_services
from kalends.actions.catalog.sites import add_site, change_site
from kalends.actions.customers.change import change_customer
from kalends.engine.accounts.account import AccountPatch, SettingsPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.notices.texts import LANGUAGES
from tests.console.browsing import Visitor
from tests.console.conftest import EMAIL, Visit, hired
from tests.console.office import office_screens
from tests.console.screens import booking_screens, calendar_screens
from tests.console.setting_up import customer_screens, setup_screens
from tests.world import World

KEY = re.compile(r"\b[a-z]+\.[a-z_]+\b")
"""What the key of a text looks like, such as `login.title`."""
ADDRESS = re.compile(r"\S+@\S+|https?:\S+|webhook\.test")
"""What looks like one and is none."""


async def logged_in(clinic: World, visit: Visit, password: str, email: str = EMAIL, **options: Any) -> Visitor:
    visitor = await visit(**options)
    await visitor.open("/login")
    await visitor.log_in(clinic.account.slug, email, password)
    return visitor


async def screens(clinic: World) -> list[str]:
    setting_up = [*await customer_screens(clinic), *await setup_screens(clinic)]
    calendar = await calendar_screens(clinic)
    return [*calendar, *await booking_screens(clinic), *await office_screens(clinic), *setting_up]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_in_every_language(clinic: World, password: str, visit: Visit, language: str) -> None:
    visitor = await visit(locale=language)
    check = visitor.check if language == "en" else visitor.check_words
    paths: dict[str, list[str]] = {}
    for path in ("/login", "/nowhere"):
        await visitor.open(path)
        paths.setdefault(await visitor.page.title(), []).append(path)
        await check()
    await visitor.open("/login")
    await visitor.log_in(clinic.account.slug, EMAIL, password)
    for path in ("/account", *await screens(clinic)):
        await visitor.open(path)
        paths.setdefault(await visitor.page.title(), []).append(path)
        assert await visitor.page.get_attribute("html", "lang") == language
        assert KEY.findall(ADDRESS.sub("", await visitor.text("body"))) == []
        await check()
    assert {title: same for title, same in paths.items() if len(same) > 1} == {}


async def test_the_screens_in_the_dark(clinic: World, password: str, visit: Visit) -> None:
    visitor = await logged_in(clinic, visit, password, color_scheme="dark")
    for path in ("/account", "/nowhere", *await screens(clinic)):
        await visitor.open(path)
        await visitor.check_colours()


async def test_a_browser_elsewhere_shows_the_same(clinic: World, password: str, visit: Visit) -> None:
    shown = []
    for zone in ("Europe/Oslo", "America/New_York"):
        visitor = await logged_in(clinic, visit, password, timezone_id=zone)
        await visitor.open(f"/sites/{clinic.site}")
        shown.append(await visitor.text("body"))
    assert shown[0] == shown[1]
    assert "Monday, 1 March 2027" in shown[0].replace("Monday 1", "Monday, 1")
    assert "(Europe/Oslo)" in shown[0]


async def test_by_keyboard_alone(clinic: World, marit: Visitor) -> None:
    await marit.open("/account")
    await marit.page.locator("header details.end summary").press("Enter")
    await marit.check()  # here, as on the day it lies over what is behind it
    await marit.open(f"/sites/{clinic.site}")
    await marit.page.keyboard.press("Tab")
    await marit.focuses("Skip to the content")
    await marit.page.keyboard.press("Enter")
    await marit.focuses("main")
    menu = marit.page.locator("header details.end")
    await menu.locator("summary").focus()
    await marit.page.keyboard.press("Enter")
    await marit.page.keyboard.press("Escape")
    assert await menu.get_attribute("open") is None
    await marit.focuses(".*Marit Fjord.*")
    await marit.page.keyboard.press("Enter")
    await marit.page.keyboard.press("Tab")
    await marit.page.keyboard.press("Enter")
    await marit.page.wait_for_url("**/account")


async def test_sites_are_switched_in_the_header(clinic: World, marit: Visitor) -> None:
    hill = await add_site(clinic.ctx(), SitePatch(name="Hill", time_zone="America/New_York"))
    await marit.open("/")
    await marit.page.click("header details:not(.end) summary")
    await marit.check()
    await marit.page.click("nav >> text=Hill")
    await marit.page.wait_for_url(f"**/sites/{hill.id}/day/2027-03-01")
    shown = await marit.text()
    assert "(America/New_York)" in shown
    assert "Nothing can be booked here yet" in shown
    assert "from the menu" in shown


async def test_an_account_with_nothing_in_it_is_set_up_first(clinic: World, password: str, visit: Visit) -> None:
    for resource in await list_resources(clinic.ctx()):
        if resource.parent_id is None:
            await change_resource(clinic.ctx(), resource.id, ResourcePatch(active=False))
    await change_site(clinic.ctx(), clinic.site, SitePatch(active=False))
    visitor = await logged_in(clinic, visit, password)
    assert visitor.path == "/setup/business"
    await visitor.check()


async def test_who_is_limited_to_a_site_sees_no_other(clinic: World, visit: Visit) -> None:
    hill = await add_site(clinic.ctx(), SitePatch(name="Hill"))
    password = await hired(clinic, "staff", "nils@example.org", frozenset({hill.id}))
    visitor = await logged_in(clinic, visit, password, "nils@example.org")
    assert visitor.path == f"/sites/{hill.id}/day/2027-03-01"
    assert "Ask a manager or owner" in await visitor.text()
    assert await visitor.open(f"/sites/{clinic.site}") == 404
    await visitor.check()


async def test_without_scripts_everything_works_too(clinic: World, password: str, visit: Visit) -> None:
    visitor = await visit(java_script_enabled=False)
    await visitor.open("/account")
    await visitor.log_in(clinic.account.slug, EMAIL, password)
    assert visitor.path == "/account"
    await visitor.page.click("header details.end summary")
    await visitor.page.click("nav >> text=Log out")
    await visitor.page.wait_for_selector("[role=status]")
    assert visitor.path == f"/login?account={clinic.account.slug}&note=logged_out"


LONG = "Reha" * 50
"""A name without a place to break it."""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


async def _with_long_names(clinic: World) -> None:
    """Whatever has a name has a long one."""
    await change_settings(clinic.ctx(), SettingsPatch(account=AccountPatch(name=LONG)))
    await change_site(clinic.ctx(), clinic.site, SitePatch(name=LONG))
    await add_site(clinic.ctx(), SitePatch(name=LONG[:-1]))
    await add_category(clinic.ctx(), LONG)
    for resource in await list_resources(clinic.ctx()):
        await change_resource(clinic.ctx(), resource.id, ResourcePatch(title=f"{LONG}{resource.id}"))
    for service in await list_services(clinic.ctx()):
        await change_service(clinic.ctx(), service.id, ServicePatch(title=f"{LONG}{service.id}"))
    for customer_id in (clinic.kari, clinic.ola):
        await change_customer(clinic.ctx(), customer_id, CustomerPatch(first_name=LONG, last_name=LONG))


@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_long_names_find_room(clinic: World, visit: Visit, width: int) -> None:
    paths = await screens(clinic)
    await _with_long_names(clinic)
    password = await hired(clinic, "owner", f"{'o' * 60}@example.org", None)
    visitor = await logged_in(
        clinic, visit, password, f"{'o' * 60}@example.org", viewport={"width": width, "height": 740}
    )
    too_wide = []
    for path in paths:
        await visitor.open(path)
        if await visitor.page.evaluate(TOO_WIDE):
            too_wide.append(path)
    assert too_wide == []
    menus = await visitor.page.locator("header summary").evaluate_all("all => all.map((each) => each.offsetWidth)")
    assert min(menus) >= 60
