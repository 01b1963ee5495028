"""Which resources an inventory goes with."""

import pytest

from kalends.actions.catalog.inventory import list_inventory_links, set_inventory_resources
from kalends.engine.refusals import Fault, Invalid, NotFound
from tests.desk import told
from tests.world import World, open_clinic


async def test_an_inventory_goes_with_all_until_some_are_named(clinic: World) -> None:
    assert await list_inventory_links(clinic.ctx()) == {}
    await set_inventory_resources(clinic.ctx(), clinic.projectors, [clinic.right, clinic.left, clinic.right])
    assert await list_inventory_links(clinic.ctx()) == {clinic.projectors: (clinic.left, clinic.right)}
    await set_inventory_resources(clinic.ctx(), clinic.projectors, [])
    assert await list_inventory_links(clinic.ctx()) == {}


async def test_it_is_told_in_the_journal_and_only_once(clinic: World) -> None:
    for _ in range(2):
        await set_inventory_resources(clinic.ctx(), clinic.projectors, [clinic.hall])
    _, (what, _, after) = await told(clinic, "resource", clinic.projectors)
    assert (what, after) == ("change", {"resource_ids": [clinic.hall]})


async def test_what_is_no_inventory_goes_with_nothing(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await set_inventory_resources(clinic.ctx(), clinic.hall, [clinic.left])
    assert refused.value.faults == (Fault("inventory_id", "not_inventory"),)
    with pytest.raises(Invalid):
        await set_inventory_resources(clinic.ctx(), clinic.projectors, [clinic.projectors])


async def test_of_another_account_nothing_is_found(clinic: World) -> None:
    other = await open_clinic(clinic.db)
    with pytest.raises(NotFound):
        await set_inventory_resources(clinic.ctx(), other.projectors, [clinic.left])
    with pytest.raises(NotFound):
        await set_inventory_resources(clinic.ctx(), clinic.projectors, [clinic.left, other.left])
    assert await list_inventory_links(clinic.ctx()) == {}
