from collections.abc import AsyncIterator

import asyncpg
import pytest

from kalends.store.db import open_pool
from tests.world import World, open_clinic


@pytest.fixture(scope="session")
async def crowd(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool on which 16 can ask at one time."""
    pool = await open_pool(database_url, 16, 16)
    yield pool
    await pool.close()


@pytest.fixture
async def clinic(crowd: asyncpg.Pool) -> World:
    return await open_clinic(crowd, verification="email")
