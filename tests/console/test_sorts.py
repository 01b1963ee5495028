"""Customer groups and categories get other names."""

import pytest

from kalends.actions.catalog.custom_fields import add_category, list_categories
from kalends.actions.catalog.prices import add_group, list_groups
from tests.console.browsing import Visitor
from tests.console.office import office_of
from tests.world import World


async def test_a_group_is_renamed(clinic: World, marit: Visitor) -> None:
    await add_group(clinic.ctx(), "Club")
    await marit.open("/sorts")
    await marit.page.click("[aria-label='Rename Club']")
    await marit.page.fill("[name=title]", "Members")
    await marit.page.press("[name=title]", "Enter")
    await marit.page.wait_for_url("**note=saved")
    assert [group.title for group in await list_groups(clinic.ctx())] == ["Members"]


@pytest.mark.parametrize(("title", "fault"), [(" ", "is missing"), ("Halls", "is already somebody else’s")])
async def test_a_name_that_can_not_be_is_told(clinic: World, address: str, title: str, fault: str) -> None:
    await add_category(clinic.ctx(), "Halls")
    rooms = await add_category(clinic.ctx(), "Rooms")
    path = f"/sorts/category/{rooms.id}"
    async with office_of(clinic, address) as office:
        assert fault in await office.refused(path, path, title=title)
        await office.open("/sorts/category/999999", 404)
    assert rooms in await list_categories(clinic.ctx())
