"""Staff look customers up, add them, change them, and do what the law asks."""

import json

import msgspec

from kalends.actions.accounts.settings import change_settings
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.export import export_customer
from kalends.actions.customers.find import get_customer
from kalends.actions.customers.history import customer_history
from kalends.actions.messages.bounces import mark_bounced
from kalends.api.schemas.customer_export import shown_export
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.customers.customer import CustomerPatch
from tests.acts import book_item
from tests.console.browsing import Visitor
from tests.console.conftest import Visit, hired
from tests.console.office import office_of
from tests.console.screens import item_screen, physio
from tests.console.test_screens import logged_in
from tests.desk import visit as massage
from tests.world import World


async def test_a_customer_is_found_by_name_and_by_digits(clinic: World, marit: Visitor) -> None:
    for words, found in (("kar nord", ["Kari Nordmann"]), ("8877", ["Ola Nordmann"]), ("nobody", [])):
        await marit.open("/customers")
        await marit.page.fill("[name=q]", words)
        await marit.page.press("[name=q]", "Enter")
        await marit.page.wait_for_url("**q=*")
        assert await marit.page.locator("tbody th").all_inner_texts() == found
        await marit.check()


async def test_who_looks_like_somebody_is_asked_about_first(clinic: World, marit: Visitor) -> None:
    await change_settings(clinic.ctx(), SettingsPatch(account=AccountPatch(policy=PolicyPatch(unique_contacts=False))))
    await marit.open("/customers/new")
    await marit.page.fill("[name=first_name]", "Karin")
    await marit.page.fill("[name=phone]", "+47 22 33 44 55")
    await marit.page.press("[name=phone]", "Enter")
    await marit.page.wait_for_selector("#summary")
    assert "Somebody with this contact is there already" in await marit.text("#summary")
    assert await marit.page.locator("tbody a").all_inner_texts() == ["Kari Nordmann"]
    assert await marit.page.input_value("[name=first_name]") == "Karin"
    await marit.check()


async def test_where_contacts_are_unique_nobody_is_added_twice(clinic: World, marit: Visitor) -> None:
    await marit.open("/customers/new")
    await marit.page.fill("[name=email]", "KARI@example.org")
    await marit.page.press("[name=email]", "Enter")
    await marit.page.wait_for_selector("#summary")
    assert "no two customers may share one" in await marit.text("#summary")
    assert await marit.page.locator("[name=anyway]").count() == 0


async def test_all_that_is_wrong_is_told_and_nothing_typed_is_lost(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/customers/{clinic.kari}/edit")
    await marit.page.fill("[name=email]", "no address")
    await marit.page.fill("[name=city]", "Bergen")
    await marit.page.press("[name=city]", "Enter")
    await marit.page.wait_for_selector("#summary")
    assert "E-mail address: is not valid" in await marit.text("#summary ul")
    assert await marit.page.input_value("[name=email]") == "no address"
    await marit.check()
    await marit.page.fill("[name=email]", "kari@bergen.example")
    await marit.page.press("[name=email]", "Enter")
    await marit.page.wait_for_url(f"**/customers/{clinic.kari}")
    customer = await get_customer(clinic.ctx(), clinic.kari)
    assert (customer.email, customer.city) == ("kari@bergen.example", "Bergen")


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unseen(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/customers/{clinic.kari}/edit")
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(city="Oslo"))
    await marit.page.fill("[name=city]", "Bergen")
    await marit.page.press("[name=city]", "Enter")
    await marit.page.wait_for_selector("#summary")
    assert "Somebody else changed this meanwhile" in await marit.text("#summary")
    await marit.page.press("[name=city]", "Enter")
    await marit.page.wait_for_url(f"**/customers/{clinic.kari}")
    assert (await get_customer(clinic.ctx(), clinic.kari)).city == "Bergen"


async def test_the_card_shows_what_is_booked_and_that_it_was_seen_is_written_down(
    clinic: World, marit: Visitor
) -> None:
    await book_item(clinic.ctx(), massage(clinic))
    await marit.open(f"/customers/{clinic.kari}")
    row = await marit.text("tbody tr")
    assert [each in row for each in ("1 Mar 2027", "Massage", "Ada", "Confirmed")] == [True] * 4
    await marit.check()
    seen = [entry for entry in await customer_history(clinic.ctx(), clinic.kari) if entry.verb == "read"]
    assert [entry.door for entry in seen] == ["console"]
    await marit.page.click("text=Who saw and changed it")
    await marit.page.wait_for_url("**/history")
    assert "The card was seen" in await marit.text("tbody")
    await marit.check()


async def test_a_customer_is_blocked_and_removed_and_brought_back(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/customers/{clinic.kari}")
    for button, next_button in (
        ("Block", "Unblock"),
        ("Unblock", "Block"),
        ("Remove", "Bring back"),
        ("Bring back", "Block"),
    ):
        await marit.page.click(f"button:text-is('{button}')")
        await marit.page.wait_for_selector(f"button:text-is('{next_button}')")
    customer = await get_customer(clinic.ctx(), clinic.kari)
    assert (customer.blocked_at, customer.deleted_at) == (None, None)


async def test_a_double_is_compared_and_merged(clinic: World, marit: Visitor) -> None:
    fields = CustomerPatch(first_name="Kari", last_name="Nordman", city="Oslo", email="kari@work.example")
    double = await add_customer(clinic.ctx(), fields)
    await book_item(clinic.ctx(), massage(clinic, customer_id=double.id))
    await marit.open(f"/customers/{clinic.kari}/merge?q=nordman")
    await marit.check()
    await marit.page.click("a:text-is('Kari Nordman')")
    await marit.page.wait_for_url(f"**/merge/{double.id}")
    await marit.check()
    await marit.page.check("[name=email][value=theirs]")
    await marit.page.click("button.danger")
    await marit.page.wait_for_url(f"**/customers/{clinic.kari}")
    kept = await get_customer(clinic.ctx(), clinic.kari)
    assert (kept.last_name, kept.email, kept.city) == ("Nordmann", "kari@work.example", "Oslo")
    assert "Massage" in await marit.text("tbody")


async def test_somebody_is_erased_only_by_who_is_sure(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/customers/{clinic.ola}/erase")
    await marit.page.click("button.danger")
    await marit.page.wait_for_selector("#summary")
    await marit.check()
    await marit.page.check("[name=sure]")
    await marit.page.click("button.danger")
    await marit.page.wait_for_url(f"**/customers/{clinic.ola}")
    assert "Ola" not in await marit.text()
    await marit.check()


async def test_all_that_is_known_is_handed_out_as_a_file_in_the_form_of_the_api(clinic: World, marit: Visitor) -> None:
    answer = await marit.context.request.get(f"{marit.base}/customers/{clinic.kari}/export")
    known = json.loads(await answer.body())
    assert answer.headers["content-disposition"] == f'attachment; filename="customer-{clinic.kari}.json"'
    exported = await export_customer(clinic.ctx(), clinic.kari)
    assert known == msgspec.to_builtins(shown_export(exported, clinic.ctx().zone))


async def test_buttons_that_would_be_refused_are_not_there(clinic: World, visit: Visit) -> None:
    password = await hired(clinic, "readonly", "nils@example.org")
    nils = await logged_in(clinic, visit, password, "nils@example.org")
    await nils.open("/customers")
    assert "New customer" not in await nils.text()
    await nils.open(f"/customers/{clinic.kari}")
    assert await nils.page.locator("main button, main a.button").count() == 0
    for path in ("erase", "export", "history"):
        assert await nils.open(f"/customers/{clinic.kari}/{path}") == 403


async def test_an_empty_list_says_what_it_is_a_list_of(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        assert "Nobody is blocked." in await office.open("/customers?which=blocked")
        assert "Nobody was removed." in await office.open("/customers?which=deleted")
        assert "Nobody was found." in await office.open("/customers?which=blocked&q=kari")


async def test_a_name_of_one_long_word_fits_on_a_phone(clinic: World, marit: Visitor) -> None:
    name = CustomerPatch(first_name="Maximiliane", last_name="Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh")
    customer = await add_customer(clinic.ctx(), name)
    booked = item_screen(clinic, await physio(clinic, customer_id=customer.id))
    card = f"/customers/{customer.id}"
    for path in (card, f"{card}/merge/{clinic.ola}", booked, f"{booked}/change", f"{booked}/move", f"{booked}/cancel"):
        await marit.open(path)
        await marit.check()


async def test_that_an_address_takes_no_messages_is_seen_and_that_it_works_again_is_one_click(
    clinic: World, address: str
) -> None:
    booked = await physio(clinic)
    await mark_bounced(clinic.ctx(), "kari@example.org", "550 no such user")
    card = f"/customers/{clinic.kari}"
    async with office_of(clinic, address, "staff") as office:
        for page in (card, item_screen(clinic, booked)):
            assert "kari@example.org takes no messages any more: 550 no such user" in await office.open(page)
        assert await office.done(f"{card}/trust", form_at=card) == card
        assert "takes no messages" not in await office.open(card)
        assert "Send messages again" not in await office.open(card)
    async with office_of(clinic, address, "readonly") as reader:
        await mark_bounced(clinic.ctx(), "22 33 44 55")
        assert "+4722334455 takes no messages any more." in await reader.open(card)
        assert "Send messages again" not in await reader.open(card)
