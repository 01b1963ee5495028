"""Services that share a resource although each takes another part of it, and resources that are in use for a time."""

from datetime import date, timedelta

import pytest

from kalends.actions.bookings.slots import slots
from kalends.actions.catalog.resources import add_resource, change_resource
from kalends.actions.catalog.services import add_service, set_overrides
from kalends.actions.catalog.sites import add_site, change_site
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.refusals import Closed, Fault, Full, Invalid
from kalends.engine.time.span import Span
from tests.acts import book_item
from tests.desk import HOUR, SOON, claims, is_refused, made, visit
from tests.world import World


async def shared(clinic: World) -> tuple[int, int, int]:
    """A room of capacity 6, a service that takes all of it and one of which three find room."""
    room = await add_resource(clinic.ctx(), ResourcePatch(title="Room", kind="space", capacity=6))
    alone, three = [
        await add_service(clinic.ctx(), ServicePatch(title=title), [room.id]) for title in ("X-ray", "Drip")
    ]
    for service, units in ((alone, 6), (three, 2)):
        await set_overrides(
            clinic.ctx(), service.id, [ServiceOverride(clinic.account.id, service.id, room.id, resource_units=units)]
        )
    return room.id, alone.id, three.id


async def test_services_of_different_sizes_share_a_resource(clinic: World) -> None:
    room, alone, three = await shared(clinic)
    drips = [visit(clinic, service_id=three, resource_id=None, starts_at=SOON) for _ in range(3)]
    items = [await made(clinic, drip) for drip in drips]
    assert [units for item in items for _, _, units in await claims(clinic, item)] == [2, 2, 2]
    assert {item.units for item in items} == {1}
    await is_refused(clinic, drips[0], Full)
    await is_refused(clinic, visit(clinic, service_id=alone, resource_id=room), Full)
    later = visit(clinic, service_id=alone, resource_id=room, starts_at=SOON + HOUR)
    await made(clinic, later)
    await is_refused(clinic, visit(clinic, service_id=three, resource_id=room, starts_at=SOON + HOUR), Full)


async def test_what_is_offered_counts_in_services(clinic: World) -> None:
    room, alone, three = await shared(clinic)
    await made(clinic, visit(clinic, service_id=three, resource_id=room))
    window = Span(SOON, SOON + timedelta(minutes=1))
    assert [slot.free for slot in await slots(clinic.ctx(), three, window)] == [2]
    assert await slots(clinic.ctx(), alone, window) == []


async def test_other_units_hold_for_what_is_booked(clinic: World) -> None:
    room, _, three = await shared(clinic)
    item = await made(clinic, visit(clinic, service_id=three, resource_id=room))
    await set_overrides(clinic.ctx(), three, [ServiceOverride(clinic.account.id, three, room, resource_units=3)])
    assert [units for _, _, units in await claims(clinic, item)] == [3]
    with pytest.raises(Invalid) as refused:
        await set_overrides(clinic.ctx(), three, [ServiceOverride(clinic.account.id, three, room, resource_units=7)])
    assert refused.value.faults == (Fault("capacity", "below_booked"),)


async def test_a_resource_is_closed_when_it_is_not_in_use(clinic: World) -> None:
    day = SOON.date()
    patch = ResourcePatch(valid_from=day, valid_until=day + timedelta(days=1))
    await change_resource(clinic.ctx(), clinic.ada, patch)
    await book_item(clinic.ctx(), visit(clinic, public=True))
    await is_refused(clinic, visit(clinic, public=True, starts_at=SOON + timedelta(days=1)), Closed)
    with pytest.raises(Invalid) as refused:
        await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(valid_until=date(2020, 1, 1)))
    assert refused.value.faults == (Fault("valid_until", "before_start"),)


async def test_opening_hours_alone_can_be_asked_for(clinic: World) -> None:
    at_night = visit(clinic, starts_at=SOON + 12 * HOUR, resource_id=None)
    await is_refused(clinic, visit(clinic, starts_at=SOON + 12 * HOUR, open_only=True), Closed)
    await is_refused(clinic, visit(clinic, starts_at=SOON + 12 * HOUR, open_only=True, resource_id=None), Closed)
    await made(clinic, at_night)


async def test_where_a_site_is(clinic: World) -> None:
    site = await add_site(clinic.ctx(), SitePatch(name="Pole", latitude=90.0, longitude=-180.0))
    assert (site.latitude, site.longitude) == (90.0, -180.0)
    with pytest.raises(Invalid) as refused:
        await change_site(clinic.ctx(), site.id, SitePatch(latitude=90.1, longitude=181.0))
    assert refused.value.faults == (Fault("latitude", "out_of_range"), Fault("longitude", "out_of_range"))
