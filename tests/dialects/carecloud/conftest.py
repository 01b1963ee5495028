"""A festival of its own for each test of the door."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
import pytest

from kalends.dialects.kit.opaque_ids import OpaqueIds
from kalends.store.installation import load_opaque_id_secret
from tests.dialects.carecloud.festival import (
    CHECKED,
    CUSTOMER,
    ENTERPRISE,
    Festival,
    application,
    device_token,
    token_of,
)
from tests.dialects.conftest import Connect
from tests.world import open_clinic

Open: TypeAlias = Callable[..., Awaitable[Festival]]


@pytest.fixture
def festival_with(connect: Connect, db: asyncpg.Pool) -> Open:
    """Opens a festival with rules of its own, such as `verification="email"`."""

    async def make(**policy: Any) -> Festival:
        await db.execute("delete from request_count")  # failed logins of other tests, whose address is the same
        world = await open_clinic(db, **policy)
        english = {"accept-language": "en"}
        manager = {"authorization": f"Bearer {await token_of(world, 'manager')}", **english}
        device = {"authorization": f"Bearer {await device_token(world)}", **english}
        return Festival(
            world,
            connect(ENTERPRISE, headers=manager, **CHECKED),
            connect(CUSTOMER, headers=device, **CHECKED),
            connect(ENTERPRISE, headers=english, **CHECKED),
            connect(CUSTOMER, headers=english, **CHECKED),
            await application(world),
            OpaqueIds(await load_opaque_id_secret(db), world.account.id),
        )

    return make


@pytest.fixture
async def festival(festival_with: Open) -> Festival:
    return await festival_with()
