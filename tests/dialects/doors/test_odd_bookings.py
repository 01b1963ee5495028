"""What one door makes and another has no word for is read through each of them, in the form of its vendor."""

import pytest

from tests.desk import broken
from tests.dialects.doors.conftest import Open
from tests.dialects.doors.odd import ODD, POLICIES


@pytest.mark.parametrize("name", ODD)
async def test_every_door_reads_it(doors_with: Open, name: str) -> None:
    doors = await doors_with(**POLICIES.get(name, {}))
    await ODD[name](doors.world)
    rows = await doors.list_all()
    assert rows["makeplans"]
    assert rows["cliniko"]
    assert await broken(doors.world, doors.world.now) == []
