"""Managers see who changed what."""

from kalends.actions.accounts.keys import create_key
from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.customers.change import change_customer
from kalends.actions.messages.waiting import reschedule_message, withdraw_message
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.bookings.request import MessageOverrides
from kalends.engine.customers.customer import CustomerPatch
from tests.acts import book_item
from tests.console.office import office_of
from tests.desk import HOUR, visit
from tests.world import World


async def test_a_change_is_found_with_what_it_was_and_is(clinic: World, address: str) -> None:
    await change_customer(clinic.ctx(who="Front desk"), clinic.kari, CustomerPatch(notes="Left knee"))
    async with office_of(clinic, address, "manager") as office:
        text = await office.open(f"/journal?kind=customer&subject={clinic.kari}")
        assert [f"Customer {clinic.kari} : changed" in text, "Left knee" in text, "Front desk" in text] == [True] * 3
        assert "Left knee" not in await office.open("/journal?kind=service")
        assert "Left knee" in await office.open("/journal?first=2027-03-01&last=2027-03-01")
        assert "There is nothing here." in await office.open("/journal?last=2027-02-28")


async def test_fields_and_values_have_the_words_of_the_screens(clinic: World, address: str) -> None:
    await change_settings(clinic.ctx(), SettingsPatch(account=AccountPatch(policy=PolicyPatch(hold_minutes=45))))
    item = (await book_item(clinic.ctx(), visit(clinic))).item
    await change_item_state(clinic.ctx(), item.id, "cancel")
    async with office_of(clinic, address) as office:
        rules = await office.open("/journal?kind=account")
        assert "Minutes that a time is held 20 45" in rules
        booked = await office.open(f"/journal?kind=item&subject={item.id}")
        assert "State Confirmed Cancelled" in booked
        assert "Start 1 Mar 2027, 11:00" in booked
        assert "starts" not in booked
        assert "created by" not in booked


async def test_what_was_put_off_and_withdrawn_has_the_words_of_the_screens(clinic: World, address: str) -> None:
    in_an_hour = MessageOverrides({("confirmation", "email"): True}, 3600)
    item = (await book_item(clinic.ctx(), visit(clinic, messages=in_an_hour))).item
    await reschedule_message(clinic.ctx(), item.id, clinic.now + 2 * HOUR)
    await withdraw_message(clinic.ctx(), item.id)
    async with office_of(clinic, address) as office:
        told = await office.open("/journal?kind=message")
        assert "Goes out 1 Mar 2027, 11:00 1 Mar 2027, 12:00" in told
        assert "State goes out withdrawn" in told
        assert "due at" not in told


async def test_what_can_not_be_asked_finds_nothing(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        assert "There is nothing here." in await office.open("/journal?before=never")
        await office.open("/journal?kind=x&subject=y&first=soon&actor=nobody")


async def test_keys_are_for_owners(clinic: World, address: str) -> None:
    await create_key(clinic.ctx(), "api", "Till")
    async with office_of(clinic, address) as owner, office_of(clinic, address, "manager") as manager:
        assert "Till" in await owner.open("/journal?kind=key")
        assert "Till" not in await manager.open("/journal?kind=key")
