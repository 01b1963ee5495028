"""The account itself, what customers read about it, and its rules."""

import pytest

from kalends.actions.accounts.profile import get_profile
from kalends.actions.accounts.settings import get_settings
from tests.console.browsing import Visitor
from tests.console.office import office_of
from tests.world import World

ACCOUNT = {"name": "Clinic", "country": "NO", "time_zone": "Europe/Oslo", "locale": "nb-NO", "currency": "NOK"}
RULES = {
    "verification": "sms",
    "hold_minutes": "45",
    "undo_seconds": "30",
    "reminder_days_before": "2",
    "reminder_minute": "08:15",
    "remind_by_email": "yes",
    "keep_claims_months": "3",
    "keep_journal_months": "24",
    "keep_messages_months": "12",
    "keep_customers_months": "0",
}


async def test_the_rules_say_who_is_told_of_what(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        page = await office.open("/settings/rules")
    assert "How customers show that a booking is theirs They are told of their bookings the same way" in page
    assert "Tell the staff of new bookings by e-mail" in page


async def test_the_account_is_changed(clinic: World, address: str) -> None:
    sent = {"name": "Fjord Clinic", "country": "SE", "time_zone": "Europe/Stockholm", "locale": "de", "currency": "SEK"}
    async with office_of(clinic, address) as office:
        assert await office.done("/settings", "/settings", **sent) == "/settings?note=saved"
        assert "Saved." in await office.open("/settings?note=saved")
    account = (await get_settings(clinic.ctx())).account
    changed = (account.name, account.country, account.time_zone, account.locale, account.currency)
    assert changed == ("Fjord Clinic", "SE", "Europe/Stockholm", "de", "SEK")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("country", "Norway"),
        ("time_zone", "Oslo"),
        ("locale", "?"),
        ("currency", "x"),
        ("currency", "NAN"),
    ],
)
async def test_what_is_wrong_with_the_account_is_told(clinic: World, address: str, field: str, value: str) -> None:
    async with office_of(clinic, address) as office:
        await office.refused("/settings", "/settings", **{**ACCOUNT, field: value})
    assert (await get_settings(clinic.ctx())).account.name == clinic.account.name


async def test_what_invoices_say_of_the_business(marit: Visitor, clinic: World) -> None:
    await marit.open("/settings/business")
    await marit.page.fill("[name=company]", "Fjord Clinic AS")
    await marit.page.fill("[name=iban]", "NO93 8601 1117 947")
    await marit.page.click("text=Save")
    await marit.page.wait_for_selector("[role=status].note")
    await marit.check()
    profile = await get_profile(clinic.ctx())
    assert (profile.company, profile.iban) == ("Fjord Clinic AS", "NO93 8601 1117 947")


async def test_the_rules_are_changed(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        assert await office.done("/settings/rules", "/settings/rules", **RULES) == "/settings/rules?note=saved"
    policy = (await get_settings(clinic.ctx())).account.policy
    assert (policy.verification, policy.hold_minutes, policy.undo_seconds) == ("sms", 45, 30)
    assert (policy.remind_by_email, policy.reminder_days_before, policy.reminder_minute) == (True, 2, 495)
    assert (policy.keep_journal_months, policy.unique_contacts) == (24, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hold_minutes", ""),
        ("hold_minutes", "0"),
        ("undo_seconds", "301"),
        ("reminder_days_before", "soon"),
        ("reminder_minute", "25:00"),
        ("verification", "pigeon"),
    ],
)
async def test_what_is_wrong_with_the_rules_is_told(clinic: World, address: str, field: str, value: str) -> None:
    async with office_of(clinic, address) as office:
        await office.refused("/settings/rules", "/settings/rules", **{**RULES, field: value})
    assert (await get_settings(clinic.ctx())).account.policy == clinic.account.policy


async def test_staff_and_managers_of_a_site_do_not_get_there(clinic: World, address: str) -> None:
    async with office_of(clinic, address, "staff") as office:
        for path in ("/settings", "/settings/business", "/settings/rules", "/settings/users/new", "/settings/keys/new"):
            await office.open(path, 403)
    async with office_of(clinic, address, "manager", site_ids=frozenset({clinic.site})) as office:
        assert "/settings" not in (await office.client.get(f"/sites/{clinic.site}")).text
