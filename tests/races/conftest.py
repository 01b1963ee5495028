import asyncpg
import pytest

from tests.world import World, open_clinic


@pytest.fixture
async def clinic(crowd: asyncpg.Pool) -> World:
    return await open_clinic(crowd, verification="email")
