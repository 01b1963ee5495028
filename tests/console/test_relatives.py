"""Customers belong to others, such as children to their parents."""

from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.find import get_customer, list_children
from kalends.engine.customers.customer import CustomerPatch
from tests.console.browsing import Visitor
from tests.console.office import office_of
from tests.world import World


async def test_a_child_is_added_with_what_it_has_in_common(clinic: World, marit: Visitor) -> None:
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(city="Bergen"))
    await marit.open(f"/customers/{clinic.kari}")
    await marit.page.click("text=Add somebody of theirs")
    await marit.page.wait_for_url("**/new?parent=*")
    await marit.check()
    assert await marit.page.input_value("[name=last_name]") == "Nordmann"
    assert await marit.page.input_value("[name=email]") == ""
    await marit.page.fill("[name=first_name]", "Lise")
    await marit.page.press("[name=first_name]", "Enter")
    await marit.page.wait_for_url("**/customers/*")
    (lise,) = await list_children(clinic.ctx(), clinic.kari)
    assert (lise.name, lise.city) == ("Lise Nordmann", "Bergen")
    assert "Belongs to" in await marit.text()
    await marit.check()


async def test_who_is_there_already_is_found_and_chosen(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/customers/{clinic.ola}/parent")
    await marit.check()
    await marit.page.check(f"[name=parent_id][value='{clinic.kari}']")
    await marit.page.click("text=Save")
    await marit.page.wait_for_url(f"**/customers/{clinic.ola}")
    assert (await get_customer(clinic.ctx(), clinic.ola)).parent_id == clinic.kari
    await marit.open(f"/customers/{clinic.ola}/parent?q=somebody+else")
    assert await marit.page.is_checked(f"[name=parent_id][value='{clinic.kari}']")
    await marit.page.check("[name=parent_id][value='']")
    await marit.page.click("text=Save")
    await marit.page.wait_for_url(f"**/customers/{clinic.ola}")
    assert (await get_customer(clinic.ctx(), clinic.ola)).parent_id is None


async def test_nobody_belongs_to_their_own_child(clinic: World, address: str) -> None:
    patch = CustomerPatch(first_name="Lise", last_name="Nordmann", parent_id=clinic.kari)
    lise = await add_customer(clinic.ctx(), patch)
    path = f"/customers/{clinic.kari}/parent"
    async with office_of(clinic, address) as office:
        assert "Belongs to: is not valid" in await office.refused(path, path, parent_id=lise.id)
        assert "Belongs to: is not known" in await office.refused(path, path, parent_id=999999)
        await office.open("/customers/new?parent=999999", 404)
    assert (await get_customer(clinic.ctx(), clinic.kari)).parent_id is None
