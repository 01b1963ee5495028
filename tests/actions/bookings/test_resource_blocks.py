"""A resource that is blocked: it can't be booked, what is booked stays, and nothing beside it is touched."""

from typing import Any

import pytest

from kalends.actions.bookings.blocks import add_block, move_block
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.conflicts import has_conflicts
from kalends.actions.bookings.find import get_booking, get_item
from kalends.actions.bookings.resource_blocks import add_resource_blocks, change_block
from kalends.actions.catalog.sites import add_site
from kalends.engine.bookings.block import BlockRequest, ResourceBlockRequest
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.refusals import Fault, Full, Invalid, NotFound
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.engine.time.span import Span
from tests.desk import DAY, HOUR, SOON, broken, claims, hour_of, is_refused, made, visit
from tests.world import World

LUNCH = Span(SOON, SOON + HOUR)


async def blocked(clinic: World, resource_id: int, **fields: Any) -> list[Item]:
    request = ResourceBlockRequest(resource_id=resource_id, starts_at=LUNCH.start, ends_at=LUNCH.end, **fields)
    return [view.item for view in (await add_resource_blocks(clinic.ctx(), request)).items]


async def test_a_blocked_resource_is_taken_as_a_whole_and_others_are_not(clinic: World) -> None:
    (item,) = await blocked(clinic, clinic.sauna, notes="Repairs")
    assert (item.kind, item.notes, item.resource_id) == ("block", "Repairs", clinic.sauna)
    assert await claims(clinic, item) == [(clinic.sauna, LUNCH, 6)]
    await is_refused(clinic, hour_of(clinic.sauna), by=Full)
    await made(clinic, hour_of(clinic.ada))
    assert await broken(clinic) == []


async def test_what_is_booked_stays_and_both_conflict(clinic: World) -> None:
    massage = await made(clinic, visit(clinic))
    (item,) = await blocked(clinic, clinic.ada)
    assert (await get_item(clinic.ctx(), massage.id)).item == massage
    assert [await has_conflicts(clinic.ctx(), owner) for owner in (massage.id, item.id)] == [True, True]
    await change_item_state(clinic.ctx(), item.id, "remove")
    assert [await has_conflicts(clinic.ctx(), owner) for owner in (massage.id, item.id)] == [False, False]


async def test_it_repeats_as_items_of_one_booking(clinic: World) -> None:
    rule = RepeatRule("day", 2, 2)
    items = await blocked(clinic, clinic.ada, rule=rule, details={"front": {"rule": "every other day"}})
    assert [item.starts_at for item in items] == [SOON + days * DAY for days in (0, 2, 4)]
    assert {item.booking_id for item in items} == {items[0].booking_id}
    stored = await get_booking(clinic.ctx(), items[0].booking_id)
    assert tuple(view.item for view in stored.items) == tuple(items)
    await is_refused(clinic, visit(clinic, starts_at=SOON + 4 * DAY), by=Full)


async def test_it_is_moved_over_anything_and_to_another_resource(clinic: World) -> None:
    await made(clinic, visit(clinic, resource_id=clinic.bo, starts_at=SOON + DAY))
    (item,) = await blocked(clinic, clinic.ada)
    patch = ItemPatch(resource_id=clinic.bo, starts_at=SOON + DAY, notes="Leave")
    moved = (await change_block(clinic.ctx(), item.id, patch)).item
    assert (moved.resource_id, moved.notes, moved.ends_at) == (clinic.bo, "Leave", SOON + DAY + HOUR)
    await made(clinic, visit(clinic))
    assert await broken(clinic) == []


async def test_a_block_of_a_site_is_none_of_a_resource(clinic: World) -> None:
    (own,) = await blocked(clinic, clinic.ada)
    whole = (await add_block(clinic.ctx(), BlockRequest(clinic.site, LUNCH.start, LUNCH.end))).view.item
    with pytest.raises(Invalid) as no:
        await change_block(clinic.ctx(), whole.id, ItemPatch(resource_id=clinic.ada))
    assert no.value.faults == (Fault("resource_id", "fixed"),)
    with pytest.raises(NotFound):
        await move_block(clinic.ctx(), own.id, ItemPatch(starts_at=SOON + DAY))
    later = await change_block(clinic.ctx(), whole.id, ItemPatch(starts_at=SOON + DAY))
    assert later.item.starts_at == SOON + DAY
    visitor = await made(clinic, visit(clinic, resource_id=clinic.bo))
    with pytest.raises(NotFound):
        await change_block(clinic.ctx(), visitor.id, ItemPatch(starts_at=SOON + DAY))


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"ends_at": LUNCH.start}, Fault("ends_at", "before_start")),
        ({"notes": "\0"}, Fault("notes", "invalid")),
    ],
)
async def test_what_can_not_be_blocked(clinic: World, fields: dict[str, Any], fault: Fault) -> None:
    usual: dict[str, Any] = {"resource_id": clinic.ada, "starts_at": LUNCH.start, "ends_at": LUNCH.end}
    with pytest.raises(Invalid) as no:
        await add_resource_blocks(clinic.ctx(), ResourceBlockRequest(**{**usual, **fields}))
    assert no.value.faults == (fault,)
    with pytest.raises(NotFound):
        await add_resource_blocks(clinic.ctx(), ResourceBlockRequest(**{**usual, "resource_id": 0}))


async def test_what_is_blocked_is_at_the_site_that_is_named(clinic: World) -> None:
    usual: dict[str, Any] = {"resource_id": clinic.ada, "starts_at": LUNCH.start, "ends_at": LUNCH.end}
    elsewhere = await add_site(clinic.ctx(), SitePatch(name="Elsewhere"))
    with pytest.raises(Invalid) as no:
        await add_resource_blocks(clinic.ctx(), ResourceBlockRequest(**usual, site_id=elsewhere.id))
    assert no.value.faults == (Fault("site_id", "not_served"),)
    with pytest.raises(NotFound, match="site"):
        await add_resource_blocks(clinic.ctx(), ResourceBlockRequest(**usual, site_id=0))
