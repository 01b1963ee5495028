"""What lists say of a day: when something begins and ends."""

import pytest

from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.engine.bookings.block import ResourceBlockRequest
from tests.console.desk_client import desk
from tests.desk import DAY, HOUR, SOON
from tests.world import World

EVENING = SOON + 9 * HOUR


@pytest.mark.parametrize("kind", ["agenda", "door", "day", "week"])
async def test_what_begins_or_ends_on_another_day_bears_its_date(
    clinic: World, password: str, address: str, kind: str
) -> None:
    absent = ResourceBlockRequest(resource_id=clinic.bo, starts_at=EVENING, ends_at=EVENING + DAY + 10 * HOUR)
    await add_resource_blocks(clinic.ctx(), absent)
    async with desk(address, clinic, password) as marit:
        for date, hours in (
            ("2027-03-01", "20:00 to Wed, 3 Mar 06:00"),
            ("2027-03-02", "Mon, 1 Mar 20:00 to Wed, 3 Mar 06:00"),
            ("2027-03-03", "Mon, 1 Mar 20:00 to 06:00"),
        ):
            await marit.open(f"/sites/{clinic.site}/{kind}/{date}")
            assert f">{hours}" in marit.page
