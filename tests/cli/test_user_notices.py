"""`kalends user notices` says what a user is told of bookings."""

from collections.abc import AsyncIterator

import pytest

from kalends.actions.accounts.users import create_user
from kalends.engine.accounts.user import StaffNotices
from kalends.store.accounts.users import list_users
from kalends.store.db import open_pool
from tests.cli.running import kalends
from tests.world import World, open_clinic

OLGA = "olga@example.org"


@pytest.fixture
async def clinic(own_database: str) -> AsyncIterator[World]:
    """A clinic whose only user is Olga, a manager."""
    pool = await open_pool(own_database, 1, 4)
    clinic = await open_clinic(pool)
    await create_user(clinic.ctx(), OLGA, "manager", "Olga")
    yield clinic
    await pool.close()


async def said(clinic: World, url: str, *arguments: str, email: str = OLGA, code: int = 0) -> str:
    command = ("user", "notices", "--account", clinic.account.slug, email, *arguments)
    ended, _, err = await kalends(*command, KALENDS_DATABASE_URL=url)
    assert ended == code, err
    return err.strip()


async def notices(clinic: World) -> StaffNotices | None:
    (olga,) = await list_users(clinic.db, clinic.account.id)
    return olga.notices


async def test_what_a_user_is_told_is_chosen_and_left_to_the_role_again(clinic: World, own_database: str) -> None:
    facts = ("--fact", "booked", "--fact", "cancelled")
    assert await said(clinic, own_database, *facts, "--only-own", "--daily", "7:05") == "Noted."
    assert await notices(clinic) == StaffNotices(facts=("booked", "cancelled"), only_own=True, digest_minute=425)
    await said(clinic, own_database)
    assert await notices(clinic) == StaffNotices(facts=())
    await said(clinic, own_database, "--by-role")
    assert await notices(clinic) is None


async def test_what_can_not_be_chosen_changes_nothing(clinic: World, own_database: str) -> None:
    assert await said(clinic, own_database, "--fact", "gossip", code=1) == "kalends: Facts is not known."
    assert "'25:00' is no time of day" in await said(clinic, own_database, "--daily", "25:00", code=2)
    nobody = await said(clinic, own_database, email="per@example.org", code=1)
    assert nobody == "kalends: There is no user per@example.org."
    assert await notices(clinic) is None
