"""A clinic of its own for each test of the door."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
import pytest

from tests.dialects.cliniko.clinic import BASE, Clinic
from tests.dialects.cliniko.contract import CONTRACT
from tests.dialects.cliniko.neighbours import BOOKIO, LOCABOO, MAKEPLANS, Neighbours
from tests.dialects.conftest import Connect
from tests.world import open_clinic

Open: TypeAlias = Callable[..., Awaitable[Clinic]]


@pytest.fixture
def clinic_with(connect: Connect, db: asyncpg.Pool) -> Open:
    """Opens a clinic with rules of its own, such as `verification="email"`."""

    async def make(**policy: Any) -> Clinic:
        world = await open_clinic(db, **policy)
        client = connect(BASE, auth=(await world.key("cliniko"), ""), event_hooks={"response": [CONTRACT.check]})
        return Clinic(world, client)

    return make


@pytest.fixture
async def clinic(clinic_with: Open) -> Clinic:
    return await clinic_with()


@pytest.fixture
async def neighbours(clinic: Clinic, connect: Connect) -> Neighbours:
    """The clinic, through all doors."""
    world = clinic.world
    return Neighbours(
        world,
        clinic.client,
        connect(MAKEPLANS, headers={"authorization": f"Bearer {await world.key('makeplans')}"}),
        connect(LOCABOO, params={"api_secret_key": await world.key("locaboo")}),
        connect(BOOKIO, headers={"authorization": f"Bearer {await world.key('bookio')}"}),
    )
