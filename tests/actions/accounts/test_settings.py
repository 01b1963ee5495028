from datetime import date, timedelta
from typing import Any

import pytest

from kalends.actions.accounts.settings import change_settings, get_settings
from kalends.actions.availability.holidays import list_holidays
from kalends.actions.catalog.sites import list_sites
from kalends.engine.accounts.account import AccountPatch, Policy, PolicyPatch, SettingsPatch
from kalends.engine.refusals import Fault, Invalid
from kalends.provision.apply import apply
from kalends.provision.description import read
from kalends.store.accounts.accounts import load_account
from kalends.store.db import Db
from tests.desk import told
from tests.world import NOW, World, open_clinic

LATER = NOW + timedelta(minutes=5)
MAY = date(2027, 5, 1)


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db, confirm_manually=True)


async def test_what_an_account_says_of_itself(clinic: World) -> None:
    found = await get_settings(clinic.ctx())
    assert (found.account, found.details, found.created_at) == (clinic.account, {}, NOW)


async def test_rules_are_changed_and_the_journal_tells(clinic: World) -> None:
    rules = PolicyPatch(verification="sms", reminder_days_before=2)
    patch = SettingsPatch(account=AccountPatch(name="Hospital", policy=rules), details={"one": {"x": 1}})
    changed = await change_settings(clinic.ctx(LATER), patch)
    assert changed == await get_settings(clinic.ctx())
    assert (changed.account.name, changed.updated_at, changed.details) == ("Hospital", LATER, {"one": {"x": 1}})
    assert changed.account.policy == Policy(verification="sms", confirm_manually=True, reminder_days_before=2)
    assert await load_account(clinic.db, clinic.account.id) == changed.account
    ((_, before, after),) = await told(clinic, "account")
    assert before == {"name": "Clinic", "verification": "none", "reminder_days_before": 1}
    assert after == {"name": "Hospital", "verification": "sms", "reminder_days_before": 2, "one": {"x": 1}}


async def test_no_change_is_none(clinic: World) -> None:
    patch = AccountPatch(name="Clinic", policy=PolicyPatch(confirm_manually=True))
    same = await change_settings(clinic.ctx(LATER), SettingsPatch(account=patch))
    assert same.updated_at == NOW


async def test_the_sites_stay_in_the_accounts_zone(clinic: World) -> None:
    await change_settings(clinic.ctx(), SettingsPatch(account=AccountPatch(time_zone="Europe/London")))
    assert [site.time_zone for site in await list_sites(clinic.ctx())] == ["Europe/London"]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", " ", "blank"),
        ("time_zone", "Mars/Olympus", "unknown"),
        ("locale", "norsk bokmål", "invalid"),
        ("currency", "kr", "invalid"),
        ("country", "Norway", "invalid"),
        ("verification", "letter", "not_included"),
        ("hold_minutes", 0, "out_of_range"),
        ("reminder_minute", 1440, "out_of_range"),
        ("undo_seconds", 301, "out_of_range"),
    ],
)
async def test_settings_that_none_can_have(clinic: World, field: str, value: Any, reason: str) -> None:
    is_rule = field in PolicyPatch.__struct_fields__
    patch = AccountPatch(policy=PolicyPatch(**{field: value})) if is_rule else AccountPatch(**{field: value})
    with pytest.raises(Invalid) as refused:
        await change_settings(clinic.ctx(), SettingsPatch(account=patch))
    assert Fault(field, reason) in refused.value.faults
    assert (await get_settings(clinic.ctx())).account == clinic.account


async def test_holidays_of_the_country(clinic: World) -> None:
    found = dict(await list_holidays(clinic.ctx(), MAY, date(2027, 5, 17)))
    assert {MAY, date(2027, 5, 17)} <= set(found)
    with pytest.raises(Invalid):
        await list_holidays(clinic.ctx(), MAY, date(2077, 5, 1))


async def test_holidays_that_the_sites_keep(clinic: World) -> None:
    ball = {"day": MAY, "title": "Ball"}
    calendar = {"name": "Ours", "days": [ball]}
    site = {"name": "Clinic", "holiday_calendar": "Ours"}
    described = {"slug": clinic.account.slug, "holiday_calendars": [calendar], "sites": [site]}
    await apply(clinic.db, NOW, read(described))
    assert await list_holidays(clinic.ctx(), MAY - timedelta(days=40), MAY) == [(MAY, "Ball")]
