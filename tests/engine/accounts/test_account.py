from datetime import UTC, datetime

import msgspec
import pytest

from kalends.engine.accounts.account import AccountPatch, Settings, SettingsPatch, changed_settings, new_account
from kalends.engine.countries import COUNTRIES, CURRENCIES
from kalends.engine.refusals import Fault, Invalid

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("code", ["ZZZ", "XAU", "DEM", "nok", "kr", "€", ""])
def test_an_account_is_paid_in_a_currency_of_today(code: str) -> None:
    assert _faults(AccountPatch(currency=code)) == {("currency", "invalid")}


@pytest.mark.parametrize("code", ["ZZ", "EU", "XA", "no", "NOR", "N1", ""])
def test_an_account_is_in_a_country_that_there_is(code: str) -> None:
    assert _faults(AccountPatch(country=code)) == {("country", "invalid")}


def test_codes_of_today_are_known() -> None:
    assert {"NOK", "EUR", "CZK", "JPY", "KWD", "USD"} <= CURRENCIES
    assert {"NO", "DE", "SK", "CZ", "GB", "AU", "US"} <= COUNTRIES
    assert (len(CURRENCIES) > 150, len(COUNTRIES) > 240) == (True, True)


def test_all_that_is_wrong_with_a_new_account_is_told_at_once() -> None:
    with pytest.raises(Invalid) as told:
        new_account("My Studio", AccountPatch(name=" ", time_zone="Europe/Nowhere", currency="ZZZ", country="ZZ"))
    assert {fault.field for fault in told.value.faults} == {"slug", "name", "time_zone", "currency", "country"}


def test_a_currency_that_has_ceased_to_exist_stays_until_another_is_chosen() -> None:
    """Croatia paid in kuna until 2023."""
    old = msgspec.structs.replace(new_account("split", AccountPatch()), currency="HRK")
    settings = Settings(old, {}, NOW, NOW)
    renamed = changed_settings(settings, SettingsPatch(account=AccountPatch(name="Split", currency="HRK")))
    assert (renamed.account.name, renamed.account.currency) == ("Split", "HRK")
    changed = changed_settings(renamed, SettingsPatch(account=AccountPatch(currency="EUR")))
    with pytest.raises(Invalid) as told:
        changed_settings(changed, SettingsPatch(account=AccountPatch(currency="HRK")))
    assert told.value.faults == (Fault("currency", "invalid"),)


def _faults(patch: AccountPatch) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as told:
        new_account("studio", patch)
    return {(fault.field, fault.reason) for fault in told.value.faults}
