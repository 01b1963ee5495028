"""What pages with a calendar are told of changes: on whose calendars they are to be seen."""

from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.live import calendar_position, touched_after
from kalends.actions.catalog.resources import change_resource, get_resource
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.catalog.resource import ResourcePatch
from tests.desk import DAY, HOUR, SOON, hour_of, made, new_york, seat
from tests.world import World, at_sites


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


async def test_what_goes_to_another_site_is_told_at_both(clinic: World) -> None:
    chair = await new_york(clinic)
    broadway = (await get_resource(clinic.ctx(), chair)).site_id
    hour = await made(clinic, hour_of(clinic.bo))
    position = await calendar_position(clinic.ctx())
    await change_item(clinic.ctx(), hour.id, ItemPatch(resource_id=chair))
    await change_resource(clinic.ctx(), clinic.projectors, ResourcePatch(site_id=broadway))
    _, (moved, carried) = await touched_after(clinic.ctx(), position, 0)
    assert moved.site_ids == carried.site_ids == (clinic.site, broadway)


async def test_what_takes_place_at_other_sites_alone_is_not_told(clinic: World) -> None:
    elsewhere = at_sites(clinic.ctx(), frozenset({(await get_resource(clinic.ctx(), await new_york(clinic))).site_id}))
    position = await calendar_position(clinic.ctx())
    await clinic.class_with((clinic.left,), starts_at=SOON, ends_at=SOON + HOUR)
    await made(clinic, hour_of(clinic.bo))
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(title="Bo Lie"))
    assert (await touched_after(elsewhere, position, 0))[1] == []


async def test_a_class_without_a_room_is_told_at_every_site(clinic: World) -> None:
    position = await calendar_position(clinic.ctx())
    await clinic.class_of(2)
    _, (planned,) = await touched_after(at_sites(clinic.ctx(), frozenset({clinic.site})), position, 0)
    assert (planned.site_ids, planned.resources) == ((), None)
