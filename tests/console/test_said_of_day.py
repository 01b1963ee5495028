"""What lists say of a day: when something begins and ends, how many places it takes, and when there are some left."""

import pytest

from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.engine.bookings.block import ResourceBlockRequest
from tests.acts import book_item, request
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


async def test_a_room_for_several_is_free_while_places_are_left(clinic: World, password: str, address: str) -> None:
    visit_of = {"service_id": clinic.sauna_visit, "resource_id": clinic.sauna, "customer_id": clinic.kari}
    await book_item(clinic.ctx(), request(**visit_of, starts_at=SOON, units=4))
    await book_item(clinic.ctx(), request(**visit_of, starts_at=SOON + HOUR / 2, units=2))
    closed = ResourceBlockRequest(resource_id=clinic.sauna, starts_at=SOON + 3 * HOUR, ends_at=SOON + 5 * HOUR)
    await add_resource_blocks(clinic.ctx(), closed)
    async with desk(address, clinic, password) as marit:
        await marit.open(f"/sites/{clinic.site}/day/2027-03-01")
        lane = marit.page.partition(f'id="lane-{clinic.sauna}"')[2].partition("</section>")[0]
    free = [text.partition(" free")[0].rpartition(">")[2] for text in lane.split('class="free')[1:]]
    assert free == ["08:00 to 11:30", "12:00 to 14:00", "16:00 to 18:00"]


@pytest.mark.parametrize("kind", ["agenda", "day"])
async def test_how_many_places_a_booking_takes_is_read_beside_what_it_is(
    clinic: World, password: str, address: str, kind: str
) -> None:
    visit_of = {"service_id": clinic.sauna_visit, "resource_id": clinic.sauna, "customer_id": clinic.kari}
    await book_item(clinic.ctx(), request(**visit_of, starts_at=SOON, units=3))
    async with desk(address, clinic, password) as marit:
        await marit.open(f"/sites/{clinic.site}/{kind}/2027-03-01")
        assert "<small>Sauna visit × 3</small>" in marit.page
