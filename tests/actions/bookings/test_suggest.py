"""What is said of a request that can't be booked: all that is in its way, and what is free near it."""

from typing import Any

import msgspec
import pytest

from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.suggest import book_or_suggest, change_or_suggest
from kalends.actions.catalog.services import add_service
from kalends.actions.catalog.sites import add_site
from kalends.actions.context import Context
from kalends.engine.accounts.principal import OWN_SCOPES, Principal
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.refusals import Full
from tests.desk import DAY, HOUR, SOON, hour_of, made, seat, visit
from tests.world import World, at_sites


def line(clinic: World, **fields: Any) -> RequestedLine:
    return RequestedLine(**{"service_id": clinic.massage, "resource_id": clinic.ada, "starts_at": SOON, **fields})


async def refused(ctx: Context, *lines: RequestedLine) -> Full:
    with pytest.raises(Full) as full:
        await book_or_suggest(ctx, BookingRequest(lines=lines))
    return full.value


async def test_each_line_that_is_taken_is_named_with_what_is_in_its_way(clinic: World) -> None:
    first = await made(clinic, visit(clinic))
    third = await made(clinic, visit(clinic, starts_at=SOON + 2 * DAY))
    full = await refused(clinic.ctx(), *(line(clinic, starts_at=SOON + turn * DAY) for turn in range(3)))
    assert [conflict.line for conflict in full.lines] == [0, 2]
    assert [[way.item_id for way in conflict.in_the_way] for conflict in full.lines] == [[first.id], [third.id]]
    assert [near.span.start for near in full.lines[0].nearest] == [SOON - HOUR, SOON + HOUR, SOON + 2 * HOUR]
    assert {near.resource_id for near in full.lines[0].nearest} == {clinic.ada}


async def test_of_a_full_class_the_next_one_is_suggested(clinic: World) -> None:
    full_class, later = await clinic.class_of(1), await clinic.class_of(1, starts_at=SOON + 3 * DAY)
    await made(clinic, seat(clinic, full_class))
    full = await refused(clinic.ctx(), RequestedLine(session_id=full_class))
    assert [near.session_id for near in full.lines[0].nearest] == [later]


async def test_of_what_is_at_other_sites_only_the_time_is_said(clinic: World) -> None:
    annex = await add_site(clinic.ctx(), SitePatch(name="Annex"))
    await clinic.db.execute("update resource set site_id = $2 where id = $1", clinic.left, annex.id)
    taken = await made(clinic, hour_of(clinic.left))
    asked = RequestedLine(resource_id=clinic.hall, starts_at=SOON, ends_at=SOON + HOUR)
    everywhere = await refused(clinic.ctx(), asked)
    assert [(way.item_id, way.resource_id) for way in everywhere.lines[0].in_the_way] == [(taken.id, clinic.left)]
    here = await refused(at_sites(clinic.ctx(), frozenset({clinic.site})), asked)
    for ways in (here.lines[0].in_the_way, here.conflicts[0].in_the_way):
        assert [(way.item_id, way.resource_id, way.span.start) for way in ways] == [(None, None, SOON)]


async def test_a_customer_is_told_times_alone(clinic: World) -> None:
    await made(clinic, visit(clinic, customer_id=clinic.ola))
    kari = Principal(
        kind="customer", id=clinic.kari, name="", door="tests", scopes=frozenset(OWN_SCOPES), customer_id=clinic.kari
    )
    full = await refused(msgspec.structs.replace(clinic.ctx(), principal=kari), line(clinic))
    assert [(way.item_id, way.resource_id) for way in full.lines[0].in_the_way] == [(None, None)]
    assert full.lines[0].nearest


async def test_times_near_it_are_free_for_all_that_is_named(clinic: World) -> None:
    taken = await made(clinic, hour_of(clinic.left))
    asked = line(clinic, also_resource_ids=(clinic.left,))
    full = await refused(clinic.ctx(), asked)
    assert [way.item_id for way in full.lines[0].in_the_way] == [taken.id]
    assert [near.span.start for near in full.lines[0].nearest] == [SOON - HOUR, SOON + HOUR, SOON + 2 * HOUR]
    nearest = BookingRequest(lines=(asked,), on_conflict="nearest")
    assert [each.item.starts_at for each in (await book_or_suggest(clinic.ctx(), nearest)).items] == [SOON - HOUR]


async def test_what_is_moved_takes_another_room_if_its_own_is_taken(clinic: World) -> None:
    therapy = await add_service(clinic.ctx(), ServicePatch(title="Therapy", also_needs=("space",)), [clinic.ada])
    item = await made(clinic, visit(clinic, service_id=therapy.id))
    assert item.also_resource_ids == (clinic.hall,)
    await made(clinic, hour_of(clinic.hall, SOON + HOUR))
    later = ItemPatch(starts_at=SOON + HOUR)
    assert (await change_or_suggest(clinic.ctx(), item.id, later)).item.also_resource_ids == (clinic.sauna,)
    back = await change_or_suggest(clinic.ctx(), item.id, ItemPatch(starts_at=SOON))
    assert back.item.also_resource_ids == (clinic.sauna,)  # only what must change does
    await made(clinic, hour_of(clinic.sauna, SOON + HOUR, units=6))
    with pytest.raises(Full) as full:
        await change_or_suggest(clinic.ctx(), item.id, later)
    assert [near.span.start for near in full.value.lines[0].nearest] == [SOON + 2 * HOUR, SOON - HOUR, SOON + 3 * HOUR]
    named = msgspec.structs.replace(later, also_resource_ids=(clinic.hall,))
    with pytest.raises(Full):
        await change_or_suggest(clinic.ctx(), item.id, named)


async def test_each_date_that_is_moved_takes_another_room_if_its_own_is_taken(clinic: World) -> None:
    therapy = await add_service(clinic.ctx(), ServicePatch(title="Therapy", also_needs=("space",)), [clinic.ada])
    dates = tuple(line(clinic, service_id=therapy.id, starts_at=SOON + day * DAY) for day in range(3))
    views = (await book_or_suggest(clinic.ctx(), BookingRequest(lines=dates))).items
    await made(clinic, hour_of(clinic.hall, SOON + DAY + HOUR))
    later = ItemPatch(starts_at=SOON + HOUR)
    await change_or_suggest(clinic.ctx(), views[0].item.id, later, scope="all")
    moved = [(await get_item(clinic.ctx(), view.item.id)).item for view in views]
    assert [item.starts_at for item in moved] == [SOON + HOUR + day * DAY for day in range(3)]
    assert [item.also_resource_ids for item in moved] == [(clinic.hall,), (clinic.sauna,), (clinic.hall,)]


async def test_where_it_is_already_is_no_free_time_near_it(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, starts_at=SOON + HOUR, customer_id=clinic.ola))
    with pytest.raises(Full) as full:
        await change_or_suggest(clinic.ctx(), item.id, ItemPatch(starts_at=SOON + HOUR))
    starts = [near.span.start for near in full.value.lines[0].nearest]
    assert (len(starts), SOON in starts) == (3, False)
