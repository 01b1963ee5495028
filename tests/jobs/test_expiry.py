"""What time alone brings about."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from kalends.actions.accounts.accounts import close_account, open_account
from kalends.actions.accounts.forget import forget_counts
from kalends.actions.bookings.lapse import lapse_holds
from kalends.actions.context import transaction
from kalends.engine.bookings.booking import Item
from kalends.store.accounts.rate_limits import count_hit
from kalends.store.commit import lock
from kalends.store.db import Pool, open_pool
from tests.desk import made, visit
from tests.world import World, open_clinic


@pytest.fixture
async def own(own_database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(own_database)
    yield pool
    await pool.close()


async def state(clinic: World, item: Item) -> str:
    found: str = await clinic.db.fetchval("select state from item where id = $1", item.id)
    return found


async def hold(clinic: World, resource_id: int) -> Item:
    """A massage that is to be verified."""
    return await made(clinic, visit(clinic, resource_id=resource_id, initiate=True))


async def test_holds_that_are_over_lapse(own: Pool) -> None:
    clinic = await open_clinic(own, verification="email")
    held = await hold(clinic, clinic.ada)
    assert held.expires_at
    assert not await lapse_holds(own, held.expires_at - timedelta(seconds=1))
    assert await state(clinic, held) == "awaiting_verification"
    assert await lapse_holds(own, held.expires_at)
    assert await state(clinic, held) == "verification_expired"
    assert not await lapse_holds(own, held.expires_at)


async def test_nothing_lapses_in_a_closed_account(own: Pool) -> None:
    clinic = await open_clinic(own, verification="email")
    held = await hold(clinic, clinic.ada)
    assert held.expires_at
    await close_account(own, clinic.now, clinic.account.slug)
    assert not await lapse_holds(own, held.expires_at)
    await open_account(own, clinic.account.slug)
    assert await lapse_holds(own, held.expires_at)


async def test_each_tree_lapses_for_itself_and_one_in_use_is_passed_over(own: Pool) -> None:
    clinic = await open_clinic(own, verification="email")
    first, second = await hold(clinic, clinic.ada), await hold(clinic, clinic.bo)
    assert first.expires_at
    async with transaction(clinic.ctx()) as tx:
        await lock(tx.db, clinic.account.id, clinic.now, resources=[clinic.ada])
        assert await lapse_holds(own, first.expires_at)
        assert not await lapse_holds(own, first.expires_at)
        assert [await state(clinic, one) for one in (first, second)] == [
            "awaiting_verification",
            "verification_expired",
        ]
    assert await lapse_holds(own, first.expires_at)
    assert await state(clinic, first) == "verification_expired"


async def test_counts_long_past_are_forgotten(db: Pool) -> None:
    clinic = await open_clinic(db)
    await count_hit(db, clinic.account.slug, clinic.now)
    await count_hit(db, clinic.account.slug, clinic.now + timedelta(days=1))
    await forget_counts(db, clinic.now + timedelta(days=2, seconds=1))
    assert await db.fetchval("select count(*) from request_count where subject = $1", clinic.account.slug) == 1
