"""A clinic for each test, and a client of each of its five doors."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
import pytest

from kalends.actions.bookings.statuses import add_standard_statuses
from kalends.actions.catalog.services import add_service
from kalends.dialects.kit.opaque_ids import OpaqueIds
from kalends.engine.catalog.service import ServicePatch
from kalends.store.installation import load_opaque_id_secret
from tests.dialects.carecloud.festival import CHECKED, ENTERPRISE
from tests.dialects.cliniko.contract import BASE_PATH, CONTRACT
from tests.dialects.conftest import Connect
from tests.dialects.doors.bookio import Bookio
from tests.dialects.doors.carecloud import CareCloud
from tests.dialects.doors.cliniko import Cliniko
from tests.dialects.doors.door import House
from tests.dialects.doors.doors import Doors
from tests.dialects.doors.locaboo import Locaboo
from tests.dialects.doors.makeplans import MakePlans
from tests.dialects.place import Place
from tests.world import World, open_clinic

HOST = "http://house.example"
Open: TypeAlias = Callable[..., Awaitable[Doors]]


@pytest.fixture
def doors_with(connect: Connect, db: asyncpg.Pool) -> Open:
    """Opens a clinic with rules of its own, such as `verification="email"`, and its doors."""

    async def make(**policy: Any) -> Doors:
        world = await open_clinic(db, **policy)
        talk = await add_service(world.ctx(), ServicePatch(title="Talk"), [world.ada])
        await add_standard_statuses(world.ctx())
        makeplans = connect(f"{HOST}/makeplans/api/v1", headers=await _bearer(world, "makeplans"))
        locaboo = connect(f"{HOST}/locaboo/api/v2", params={"api_secret_key": await world.key("locaboo")})
        bookio = connect(f"{HOST}/bookio/public/api/v1", headers=await _bearer(world, "bookio"))
        checked: Any = {"event_hooks": {"response": [CONTRACT.check]}}
        cliniko = connect(f"{HOST}{BASE_PATH}", auth=(await world.key("cliniko"), ""), **checked)
        english = {**await _bearer(world, "carecloud"), "accept-language": "en"}
        carecloud = connect(ENTERPRISE, headers=english, **CHECKED)
        ids = OpaqueIds(await load_opaque_id_secret(db), world.account.id)
        house = House(Place(world, makeplans), talk.id)
        return Doors(
            house,
            MakePlans(house, makeplans),
            Locaboo(house, locaboo),
            Bookio(house, bookio),
            Cliniko(house, cliniko),
            CareCloud(house, carecloud, ids),
        )

    return make


@pytest.fixture
async def doors(doors_with: Open) -> Doors:
    return await doors_with()


async def _bearer(world: World, door: str) -> dict[str, str]:
    return {"authorization": f"Bearer {await world.key(door)}"}
