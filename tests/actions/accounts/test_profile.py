"""Who an account is to its customers."""

import pytest

from kalends.actions.accounts.profile import change_profile, get_profile, get_profile_since
from kalends.engine.accounts.profile import Profile, ProfilePatch
from kalends.engine.refusals import Fault, Invalid
from tests.desk import told
from tests.world import NOW, World, open_clinic


async def test_an_account_is_called_by_its_name_at_least(clinic: World) -> None:
    assert await get_profile_since(clinic.ctx()) == (Profile(company="Clinic", country="NO"), NOW)


async def test_it_says_more_of_itself_bit_by_bit(clinic: World) -> None:
    await change_profile(clinic.ctx(), ProfilePatch(company="The Manager", city="Testhausen", country="DE"))
    profile_now = await change_profile(clinic.ctx(), ProfilePatch(iban="DE02 1203 0000 0000 2020 51", city=""))
    assert profile_now == Profile(company="The Manager", country="DE", iban="DE02 1203 0000 0000 2020 51")
    assert await get_profile(clinic.ctx()) == profile_now
    _, (_, before, _) = await told(clinic, "profile")
    assert before == {"iban": "", "city": "Testhausen"}


async def test_another_account_says_nothing_of_it(clinic: World) -> None:
    other = await open_clinic(clinic.db)
    await change_profile(other.ctx(), ProfilePatch(city="Bergen"))
    assert (await get_profile(clinic.ctx())).city == ""


async def test_all_that_is_wrong_is_named_and_nothing_kept(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await change_profile(clinic.ctx(), ProfilePatch(city="Oslo", phone="\0", fax="1" * 2001))
    assert refused.value.faults == (Fault("phone", "invalid"), Fault("fax", "too_long"))
    assert (await get_profile(clinic.ctx())).city == ""
