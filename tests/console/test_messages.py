"""Managers look through messages, and send one again."""

from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.messages.log import list_messages, resend_message
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.bookings.request import SILENT
from kalends.engine.messages.message import MessageQuery, OutboxMessage
from tests.acts import book_item, request
from tests.console.office import office_of
from tests.desk import SOON
from tests.world import World


async def told(clinic: World) -> OutboxMessage:
    """Kari is told that her visit of the sauna is booked."""
    by_mail = SettingsPatch(account=AccountPatch(policy=PolicyPatch(verification="email")))
    account = (await change_settings(clinic.ctx(), by_mail)).account
    ctx = World(**{**{name: getattr(clinic, name) for name in clinic.__struct_fields__}, "account": account}).ctx()
    visit = request(service_id=clinic.sauna_visit, resource_id=clinic.sauna, customer_id=clinic.kari, starts_at=SOON)
    await book_item(ctx, visit)
    return next(each for each in await list_messages(ctx, MessageQuery()) if each.audience == "customer")


async def test_a_message_is_shown_and_sent_again(clinic: World, address: str) -> None:
    message = await told(clinic)
    async with office_of(clinic, address, "manager") as office:
        text = await office.open("/messages?state=waiting")
        assert ["Confirmation" in text, "Kari" in text, "Waiting" in text] == [True] * 3
        assert "There are no messages here." in await office.open("/messages?state=sent")
        page = await office.done(f"/messages/{message.id}/again")
        assert "The first one" in await office.open(page)
        await office.open("/messages/999999", 404)


async def test_of_what_waits_it_is_said_if_it_will_not_be_sent(clinic: World, address: str) -> None:
    message = await told(clinic)
    async with office_of(clinic, address, "manager") as office:
        for path in ("/messages", f"/messages/{message.id}"):
            assert "will not be sent" not in await office.open(path)
        assert message.item_id is not None
        await change_item_state(clinic.ctx(), message.item_id, "cancel", messages=SILENT)
        for path in ("/messages", f"/messages/{message.id}"):
            assert "will not be sent" in await office.open(path)


async def test_a_long_list_goes_on(clinic: World, address: str) -> None:
    message = await told(clinic)
    for _ in range(60):
        await resend_message(clinic.ctx(), message.id)
    async with office_of(clinic, address) as office:
        page = (await office.client.get("/messages")).text
        assert page.count('scope="row"') == 50
        rest = page.partition('rel="next" href="/console')[2].partition('"')[0]
        page = (await office.client.get(rest.replace("&amp;", "&"))).text
        assert 10 < page.count('scope="row"') < 50
        await office.open("/messages?before=x&state=nothing")


async def test_messages_have_codes_in_them_and_are_not_for_all(clinic: World, address: str) -> None:
    message = await told(clinic)
    async with office_of(clinic, address, "staff") as office:
        await office.open("/messages", 403)
        await office.open(f"/messages/{message.id}", 403)
