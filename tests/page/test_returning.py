"""Whoever has shown by a code, or by a link that was sent to them, who they are, is known, and corrects it."""

import json
from decimal import Decimal

import httpx
import pytest

from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.change_item import change_item
from kalends.actions.catalog.prices import add_group, set_prices
from kalends.actions.catalog.services import change_service
from kalends.actions.customers.change import change_customer
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.store.db import Db
from tests.desk import HOUR, SOON, made, visit
from tests.mail import mail_server
from tests.page.booking import Booker
from tests.page.test_links import LINK, mailed
from tests.world import World, open_clinic

OF_KARI = {"name": "Stranger", "email": "kari@example.org"}


@pytest.fixture
async def clinic(db: Db) -> World:
    """A clinic that tells its customers everything by mail, and verifies their addresses."""
    await db.execute("delete from outbox")
    return await open_clinic(db, verification="email")


async def with_code(booker: Booker) -> httpx.Response:
    """Kari's massage, booked and verified by her code."""
    await booker.choose(booker.clinic.massage)
    await booker.send(**OF_KARI)
    return await booker.post("code", code=await booker.code())


async def test_the_same_is_booked_again_without_saying_who(studio: World, booker: Booker) -> None:
    page = await with_code(booker)
    assert "Book the same again" in page.text
    again = {"again": booker.own.rpartition("/")[2], "resource": str(studio.ada)}
    held = await booker.choose(studio.massage, await booker.look(studio.massage, **again))
    assert 'value="Kari Nordmann"' in held.text
    assert 'value="kari@example.org"' in held.text


async def test_what_the_page_does_not_offer_is_not_booked_again(studio: World, booker: Booker) -> None:
    await with_code(booker)
    await change_service(studio.ctx(), studio.massage, ServicePatch(public=False))
    page = await booker.client.get(booker.own)
    assert ("Correct your details" in page.text, "Book the same again" in page.text) == (True, False)


async def test_before_the_code_nothing_is_told(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage)
    await booker.send(**OF_KARI)
    page = await booker.look(studio.massage, again=booker.own.rpartition("/")[2])
    held = await booker.choose(studio.massage, page)
    assert "Nordmann" not in held.text
    assert (await booker.client.get(f"{booker.own}/details")).status_code == 404


async def test_what_it_costs_members_is_told_to_whoever_has_shown_to_be_one(studio: World, booker: Booker) -> None:
    members = await add_group(studio.ctx(), "Members")
    await change_customer(studio.ctx(), studio.kari, CustomerPatch(group_id=members.id))
    prices = Price(amount=Decimal(900)), Price(amount=Decimal(450), group_ids=(members.id,))
    await set_prices(studio.ctx(), prices, service_id=studio.massage)
    await booker.choose(studio.massage)
    typed = await booker.send(**OF_KARI)
    assert ("900" in typed.text, "450" in typed.text) == (True, False)
    verified = await booker.post("code", code=await booker.code())
    assert ("900" in verified.text, "450" in verified.text) == (False, True)


async def test_who_gives_the_address_of_another_where_none_is_verified_learns_nothing(
    studio: World, booker: Booker
) -> None:
    policy = PolicyPatch(verification="none")
    await change_settings(studio.ctx(), SettingsPatch(account=AccountPatch(policy=policy)))
    await booker.choose(studio.massage)
    done = await booker.send(**OF_KARI)
    assert "You are booked in" in done.text
    assert "Book the same again" not in done.text
    held = await booker.choose(studio.massage, await booker.look(studio.massage, again=booker.own.rpartition("/")[2]))
    assert "Nordmann" not in held.text
    refused = await booker.client.post(f"{booker.own}/details", data={"name": "Eve", "phone": ""})
    assert refused.status_code == 404


async def test_details_are_corrected_but_for_the_address_that_is_proven(studio: World, booker: Booker) -> None:
    await with_code(booker)
    form = await booker.client.get(f"{booker.own}/details")
    assert "kari@example.org" in form.text
    assert 'name="email"' not in form.text
    wrong = await booker.client.post(f"{booker.own}/details", data={"name": "", "phone": "12"})
    assert (wrong.status_code, "Enter your name." in wrong.text) == (422, True)
    wrong = await booker.client.post(f"{booker.own}/details", data={"name": "Kari Moe", "phone": "12"})
    assert (wrong.status_code, "can&#39;t be dialled" in wrong.text) == (422, True)
    sent = {"name": "Kari Moe", "phone": "+47 22 33 44 66", "email": "eve@example.org"}
    saved = await booker.client.post(f"{booker.own}/details", data=sent)
    assert saved.status_code == 303
    row = await studio.db.fetchrow("select last_name, phone, email from customer where id = $1", studio.kari)
    assert row is not None
    assert tuple(row) == ("Moe", "+47 22 33 44 66", "kari@example.org")


async def test_an_address_of_somebody_else_is_taken_as_any_other_and_stays_theirs(
    studio: World, booker: Booker
) -> None:
    await with_code(booker)
    answers = []
    for phone in ("+47 22 33 44 66", "+47 99 88 77 66"):
        sent = {"name": "Kari Nordmann", "phone": phone}
        answers.append(await booker.client.post(f"{booker.own}/details", data=sent, follow_redirects=True))
        assert phone in (await booker.client.get(f"{booker.own}/details")).text
    assert answers[0].status_code == 200
    assert answers[0].text == answers[1].text
    of_ola = visit(studio, starts_at=SOON + HOUR, customer_id=None, customer={"phone": "+47 99 88 77 66"})
    assert (await made(studio, of_ola)).customer_id == studio.ola


async def test_a_link_that_came_by_mail_proves_the_address(studio: World, booker: Booker, address: str) -> None:
    await made(studio, visit(studio))
    async with mail_server() as server:
        (link,) = LINK.findall(await mailed(studio, server, address))
    page = await booker.client.get(link)
    assert "Correct your details" in page.text
    assert (await booker.client.get(f"{link}/details")).status_code == 200


async def test_whence_somebody_comes_is_kept_with_the_booking(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage, ref="flyer", utm_source="news", utm_campaign="May", utm_odd="x")
    await booker.choose(studio.massage, page)
    held = await booker.client.get(booker.own)
    await booker.send(ref="flyer", utm_source="news", utm_campaign="May")
    details = await studio.db.fetchval(
        "select details::text from booking where account_id = $1 order by id desc limit 1", studio.account.id
    )
    assert json.loads(details)["page"] == {"ref": "flyer", "utm_source": "news", "utm_campaign": "May"}
    assert held.status_code == 200


@pytest.mark.parametrize(("change", "status"), [("customer", 404), ("address", 200)])
async def test_who_had_the_link_of_a_mail_is_told_nothing_of_whose_it_is_since(
    studio: World, booker: Booker, address: str, change: str, status: int
) -> None:
    item = await made(studio, visit(studio))
    async with mail_server() as server:
        (link,) = LINK.findall(await mailed(studio, server, address))
    if change == "customer":
        await change_item(studio.ctx(), item.id, ItemPatch(customer_id=studio.ola))
    else:
        await change_customer(studio.ctx(), studio.kari, CustomerPatch(email="kari@new.example.org"))
    page = await booker.client.get(link)
    assert (page.status_code, "Correct your details" in page.text) == (status, False)
    assert (await booker.client.get(f"{link}/details")).status_code == 404
    assert (await booker.client.post(f"{link}/details", data={"name": "Eve", "phone": ""})).status_code == 404
    held = await booker.choose(studio.massage, await booker.look(studio.massage, again=link.rpartition("/")[2]))
    assert not any(known in held.text for known in ("Nordmann", "new.example.org", 'value="Ola'))


async def test_who_types_the_phone_of_another_does_not_get_their_mail(studio: World, booker: Booker) -> None:
    await change_customer(studio.ctx(), studio.kari, CustomerPatch(email=None, phone="+47 22 33 44 55"))
    for _ in range(2):
        await booker.choose(studio.massage)
        await booker.send(name="Eve", email="eve@example.org", phone="22334455")
        page = await booker.post("code", code=await booker.code())
        assert "Nordmann" not in (await booker.client.get(f"{booker.own}/details")).text
        assert "Correct your details" in page.text
    assert await studio.db.fetchval("select email from customer where id = $1", studio.kari) is None
    eves = "select count(*) from customer where account_id = $1 and email = 'eve@example.org'"
    assert await studio.db.fetchval(eves, studio.account.id) == 1
