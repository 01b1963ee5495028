"""What pages with a calendar are told of changes: on whose calendars they are to be seen."""

from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.live import calendar_position, touched_after
from kalends.engine.bookings.patch import ItemPatch
from tests.desk import DAY, HOUR, SOON, made, seat
from tests.world import World


async def test_a_seat_changes_the_calendars_of_all_that_its_class_takes(clinic: World) -> None:
    with_ada = await clinic.class_with((clinic.sauna, clinic.ada), starts_at=SOON, ends_at=SOON + HOUR)
    with_bo = await clinic.class_with((clinic.sauna, clinic.bo), starts_at=SOON + DAY, ends_at=SOON + DAY + HOUR)
    position = await calendar_position(clinic.ctx())
    kari = await made(clinic, seat(clinic, with_ada))
    position, (added,) = await touched_after(clinic.ctx(), position, 0)
    assert added.resources == (clinic.ada, clinic.sauna)
    await change_item(clinic.ctx(), kari.id, ItemPatch(session_id=with_bo))
    _, (moved,) = await touched_after(clinic.ctx(), position, 0)
    assert moved.resources == (clinic.ada, clinic.bo, clinic.sauna)
