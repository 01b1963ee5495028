"""Inventory and sold services that can be added to bookings, as one kind of thing."""

import pytest

from kalends.actions.catalog.add_ons import (
    add_inventory,
    add_product,
    change_inventory,
    change_product,
    get_inventory,
    get_product,
    list_linked_add_ons,
)
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import add_site
from kalends.engine.catalog.add_on import AddOnPatch
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.catalog.site import SitePatch
from kalends.engine.refusals import Fault, Forbidden, Invalid, NotFound
from tests.desk import broken
from tests.world import World, at_sites


async def test_inventory_is_limited_to_a_room_and_let_go_again(clinic: World) -> None:
    ctx = clinic.ctx()
    patch = AddOnPatch(title="Chairs", description="Blue", quantity=40, resource_ids=(clinic.hall,))
    chairs = await add_inventory(ctx, patch)
    assert isinstance(chairs.thing, Resource)
    assert (chairs.thing.kind, chairs.thing.capacity, chairs.thing.notes) == ("inventory", 40, "Blue")
    assert chairs.resource_ids == (clinic.hall,)
    assert (await change_inventory(ctx, chairs.thing.id, AddOnPatch(quantity=30))).resource_ids == (clinic.hall,)
    assert (await change_inventory(ctx, chairs.thing.id, AddOnPatch(resource_ids=None))).resource_ids is None
    assert await get_inventory(ctx, chairs.thing.id) == (await list_linked_add_ons(ctx))[1]
    await change_inventory(ctx, chairs.thing.id, AddOnPatch(active=False))
    assert [add_on.thing.id for add_on in await list_linked_add_ons(ctx)] == [clinic.projectors]
    assert len(await list_linked_add_ons(ctx, with_inactive=True)) == 2
    assert await broken(clinic) == []


async def test_a_product_goes_with_some_resources_with_all_or_with_none(clinic: World) -> None:
    ctx = clinic.ctx()
    tea = await add_product(ctx, AddOnPatch(title="Tea"))
    assert isinstance(tea.thing, Service)
    assert (tea.thing.kind, tea.resource_ids) == ("product", None)
    for resource_ids in ((clinic.hall, clinic.sauna), (), None):
        tea = await change_product(ctx, tea.thing.id, AddOnPatch(resource_ids=resource_ids))
        assert tea.resource_ids == resource_ids
    assert await get_product(ctx, tea.thing.id) == tea
    assert [add_on.thing.title for add_on in await list_linked_add_ons(ctx)] == ["Projectors", "Tea"]
    assert await broken(clinic) == []


async def test_what_is_no_add_on_is_not_found(clinic: World) -> None:
    with pytest.raises(NotFound):
        await change_inventory(clinic.ctx(), clinic.hall, AddOnPatch(title="X"))
    with pytest.raises(NotFound):
        await change_product(clinic.ctx(), clinic.yoga, AddOnPatch(title="X"))
    assert (await get_resource(clinic.ctx(), clinic.hall)).title == "Hall"


async def test_a_product_has_neither_quantity_nor_site(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await add_product(clinic.ctx(), AddOnPatch(title="Tea", quantity=3, site_id=clinic.site))
    assert refused.value.faults == (Fault("quantity", "unsupported"), Fault("site_id", "unsupported"))


async def test_a_key_of_a_site_has_its_inventory_and_reads_the_products(clinic: World) -> None:
    north = await add_site(clinic.ctx(), SitePatch(name="North"))
    there = at_sites(clinic.ctx(), frozenset({north.id}))
    tea = await add_product(clinic.ctx(), AddOnPatch(title="Tea", resource_ids=(clinic.hall,)))
    chairs = await add_inventory(there, AddOnPatch(title="Chairs"))
    assert [add_on.thing.title for add_on in await list_linked_add_ons(there)] == ["Chairs", "Tea"]
    assert (await get_product(there, tea.thing.id)).resource_ids == ()
    with pytest.raises(Forbidden):
        await change_product(there, tea.thing.id, AddOnPatch(title="Coffee"))
    with pytest.raises(NotFound):
        await change_inventory(there, clinic.projectors, AddOnPatch(title="Beamers"))
    assert (await change_inventory(there, chairs.thing.id, AddOnPatch(title="Stools"))).thing.title == "Stools"
