"""Who an account is to its customers."""

import pytest

from kalends.actions.profile import get_profile, get_profile_since, set_profile
from kalends.engine.profile import Profile
from kalends.engine.refusals import Fault, Invalid
from tests.desk import told
from tests.world import NOW, World, open_clinic


async def test_an_account_is_called_by_its_name_at_least(clinic: World) -> None:
    assert await get_profile_since(clinic.ctx()) == (Profile(company="Clinic", country="NO"), NOW)


async def test_it_says_more_of_itself_bit_by_bit(clinic: World) -> None:
    await set_profile(clinic.ctx(), {"company": "The Manager", "city": "Testhausen", "country": "DE"})
    said = await set_profile(clinic.ctx(), {"iban": "DE02 1203 0000 0000 2020 51", "city": None})
    assert said == Profile(company="The Manager", country="DE", iban="DE02 1203 0000 0000 2020 51")
    assert await get_profile(clinic.ctx()) == said
    _, (_, before, _) = await told(clinic, "profile")
    assert before == {"iban": "", "city": "Testhausen"}


async def test_another_account_says_nothing_of_it(clinic: World) -> None:
    other = await open_clinic(clinic.db)
    await set_profile(other.ctx(), {"city": "Bergen"})
    assert (await get_profile(clinic.ctx())).city == ""


async def test_all_that_is_wrong_is_named_and_nothing_kept(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await set_profile(clinic.ctx(), {"city": "Oslo", "zip": "1", "phone": 1, "fax": "1" * 2001})
    assert refused.value.faults == (Fault("zip", "unknown"), Fault("phone", "invalid"), Fault("fax", "too_long"))
    assert (await get_profile(clinic.ctx())).city == ""
