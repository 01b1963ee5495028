"""A resource that gets another capacity while others book it, and a description that changes many while others book."""

import pytest

from kalends.actions.catalog.resources import change_resource
from kalends.actions.context import Context
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.refusals import Fault, Full, Invalid
from kalends.provision.applied import Applied
from kalends.provision.apply import apply
from kalends.provision.description import InvalidDescription
from tests.acts import book_item, change
from tests.desk import hour_of, made
from tests.provision.test_apply import described
from tests.races.stage import Act, resumed, staged
from tests.world import NOW, World


def lowers(clinic: World, capacity: int) -> Act:
    return lambda ctx: change_resource(ctx, clinic.sauna, ResourcePatch(capacity=capacity))


def books(clinic: World, units: int) -> Act:
    return lambda ctx: book_item(ctx, hour_of(clinic.sauna, units=units))


def applies(clinic: World, text: str) -> Act:
    async def act(ctx: Context) -> Applied:
        return await apply(ctx.db, NOW, described(text, clinic.account.slug))

    return act


async def test_a_capacity_lowered_while_somebody_books(clinic: World) -> None:
    _, second = await staged(clinic, books(clinic, 6), lowers(clinic, 5))
    assert isinstance(second, Invalid)
    assert second.faults == (Fault("capacity", "below_booked"),)


async def test_a_booking_while_the_capacity_is_lowered(clinic: World) -> None:
    _, second = await staged(clinic, lowers(clinic, 5), books(clinic, 6))
    assert isinstance(second, Full)


async def test_a_booking_while_the_capacity_is_not_lowered_after_all(clinic: World) -> None:
    _, second = await staged(clinic, lowers(clinic, 5), books(clinic, 6), kept=False)
    assert isinstance(second, ItemView)


async def test_a_capacity_described_smaller_while_somebody_books(clinic: World) -> None:
    said = applies(clinic, 'resources = [{ title = "Sauna", capacity = 5 }]')
    with pytest.raises(InvalidDescription, match="more is booked"):
        await staged(clinic, books(clinic, 6), said)


async def test_who_waits_to_change_a_part_does_not_hold_it(clinic: World) -> None:
    def notes(which: int) -> Act:
        return lambda ctx: change_resource(ctx, which, ResourcePatch(notes="Draughty"))

    left, hall = await resumed(
        clinic,
        notes(clinic.right),
        notes(clinic.left),
        lambda ctx: change_resource(ctx, clinic.hall, ResourcePatch(active=False)),
    )
    assert (hall.active, left.active, left.notes) == (False, False, "Draughty")


async def test_a_description_waits_for_none_of_its_trees_while_it_holds_another(clinic: World) -> None:
    """It names Bo before Ada, and who moves from Ada to Bo holds Ada already."""
    item = await made(clinic, hour_of(clinic.ada))
    said = applies(clinic, 'resources = [{ title = "Bo", position = 3 }, { title = "Ada", position = 4 }]')

    async def moves(ctx: Context) -> ItemView:
        return await change(ctx, item.id, {"resource_id": clinic.bo})

    async def holds(ctx: Context) -> Resource:
        return await change_resource(ctx, clinic.ada, ResourcePatch(notes="Gentle"))

    applied, moved = await resumed(clinic, holds, said, moves)
    assert applied.named("changed") == ["resource Bo", "resource Ada"]
    assert moved.item.resource_id == clinic.bo
