"""The main menu leads to every screen that a user may see, on wide screens and on phones."""

import re

import msgspec
import pytest

from kalends.actions.catalog.sites import add_site
from kalends.console.views.menu import GROUPS, MenuGroup, MenuLink, menu_of, with_current
from kalends.engine.accounts.principal import ROLE_SCOPES, Principal, Role
from kalends.engine.catalog.site import SitePatch
from tests.console.browsing import PHONE, Visitor
from tests.console.grid import open_day
from tests.world import World

EVERY = {entry.path for group in GROUPS for entry in group.entries}
OF_OWNERS = frozenset({"/settings/users", "/settings/identity-provider", "/settings/keys"})
OF_MANAGERS = frozenset(
    {"/messages", "/custom-fields", "/sorts", "/webhooks"}
    | {"/settings", "/settings/business", "/settings/rules", "/settings/booking-page"}
)
OF_ALL = frozenset({"/invoices", "/sites/{site}/hours", "/journal"})
"""What is about everybody, and not for who sees their own alone."""


async def test_on_a_phone_all_screens_are_in_the_menu(clinic: World, marit: Visitor) -> None:
    await marit.page.set_viewport_size(PHONE)
    await marit.page.click("header .main-menu summary")
    links = await marit.page.locator("header .main-menu a:visible").all_inner_texts()
    assert len(links) == sum(len(group.links) for group in menu_of(clinic.ctx(), clinic.site))
    await marit.check()
    await marit.page.click("header .main-menu a:text-is('Day')")
    await marit.page.wait_for_url(re.compile(rf"/sites/{clinic.site}\b"))


async def test_over_the_grid_of_a_day_every_entry_is_seen(clinic: World, marit: Visitor) -> None:
    await open_day(marit, clinic)
    await marit.page.click("header .main-menu summary")
    covered = """links => links.filter(link => {
        const box = link.getBoundingClientRect();
        const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return box.height && box.bottom < innerHeight && top !== link && !link.contains(top);
    }).map(link => link.textContent)"""
    assert await marit.page.locator("header .main-menu a").evaluate_all(covered) == []


async def test_the_links_in_the_bar_are_to_the_site_that_is_shown(clinic: World, marit: Visitor) -> None:
    hill = await add_site(clinic.ctx(), SitePatch(name="Hill"))
    await marit.open(f"/sites/{hill.id}")
    link = marit.page.locator("header .main-links a[aria-current]")
    assert await link.inner_text() == "Day"
    assert f"/sites/{hill.id}" in (await link.get_attribute("href") or "")


@pytest.mark.parametrize(
    ("role", "without"),
    [
        ("owner", frozenset()),
        ("manager", OF_OWNERS),
        ("staff", OF_OWNERS | OF_MANAGERS),
        ("readonly", OF_OWNERS | OF_MANAGERS),
        ("practitioner", OF_OWNERS | OF_MANAGERS | OF_ALL),
    ],
)
def test_a_user_is_shown_the_screens_of_what_they_may_do(clinic: World, role: Role, without: frozenset[str]) -> None:
    assert EVERY - paths_for(clinic, role) == without


def test_whoever_is_limited_to_sites_is_not_shown_the_settings_of_the_account(clinic: World) -> None:
    here = frozenset({clinic.site})
    assert EVERY - paths_for(clinic, "manager", here) == OF_OWNERS | OF_MANAGERS


def paths_for(clinic: World, role: Role, site_ids: frozenset[int] | None = None) -> set[str]:
    user = Principal(
        kind="user",
        name="U",
        door="console",
        role=role,
        scopes=frozenset(ROLE_SCOPES[role]),
        site_ids=site_ids,
        resource_ids=frozenset({clinic.ada}) if role == "practitioner" else None,
    )
    menu = menu_of(msgspec.structs.replace(clinic.ctx(), principal=user), clinic.site)
    return {link.path.replace(f"/sites/{clinic.site}", "/sites/{site}") for group in menu for link in group.links}


def test_the_nearest_page_above_is_marked() -> None:
    links = [MenuLink("a", "/sites/1", False), MenuLink("b", "/sites/1/day", False), MenuLink("c", "/sites/11", False)]
    menu = [MenuGroup("all", tuple(links))]
    for path, current in (("/sites/1/day/2027-03-01", "b"), ("/sites/1/items/3", "a"), ("/sites/1", "a"), ("/", None)):
        marked = [link.text for group in with_current(menu, path) for link in group.links if link.current]
        assert marked == ([current] if current else [])
