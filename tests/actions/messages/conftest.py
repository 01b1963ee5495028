"""A clinic in a database of its own: what the worker does, it does for all accounts."""

from collections.abc import AsyncIterator

import pytest

from kalends.store.db import Pool, open_pool
from tests.world import World, open_clinic


@pytest.fixture
async def own(own_database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(own_database)
    yield pool
    await pool.close()


@pytest.fixture
async def alone(own: Pool) -> World:
    return await open_clinic(own)
