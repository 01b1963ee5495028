"""Managers see who changed what."""

from kalends.actions.accounts.keys import create_key
from kalends.actions.customers.change import change_customer
from kalends.engine.customers.customer import CustomerPatch
from tests.console.office import office_of
from tests.world import World


async def test_a_change_is_found_with_what_it_was_and_is(clinic: World, address: str) -> None:
    await change_customer(clinic.ctx(who="Front desk"), clinic.kari, CustomerPatch(notes="Left knee"))
    async with office_of(clinic, address, "manager") as office:
        text = await office.open(f"/journal?kind=customer&subject={clinic.kari}")
        assert [f"Customer {clinic.kari} : changed" in text, "Left knee" in text, "Front desk" in text] == [True] * 3
        assert "Left knee" not in await office.open("/journal?kind=service")
        assert "Left knee" in await office.open("/journal?first=2027-03-01&last=2027-03-01")
        assert "There is nothing here." in await office.open("/journal?last=2027-02-28")


async def test_what_can_not_be_asked_finds_nothing(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        assert "There is nothing here." in await office.open("/journal?before=never")
        await office.open("/journal?kind=x&subject=y&first=soon&actor=nobody")


async def test_keys_are_for_owners(clinic: World, address: str) -> None:
    await create_key(clinic.ctx(), "api", "Till")
    async with office_of(clinic, address) as owner, office_of(clinic, address, "manager") as manager:
        assert "Till" in await owner.open("/journal?kind=key")
        assert "Till" not in await manager.open("/journal?kind=key")
