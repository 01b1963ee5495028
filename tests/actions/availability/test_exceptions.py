"""Exceptions to opening hours are added, changed and removed one by one."""

from datetime import date

import pytest

from kalends.actions.availability.exceptions import (
    add_exception,
    change_exception,
    get_exception,
    query_exceptions,
    remove_exception,
    set_resource_exceptions,
)
from kalends.actions.availability.hours import opening_hours
from kalends.actions.catalog.resources import add_resource, get_resource
from kalends.actions.catalog.sites import add_site, get_site
from kalends.actions.context import Context
from kalends.engine.availability.exception_entry import ExceptionEntry, ExceptionPatch
from kalends.engine.availability.openings import OpeningException
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.query import CursorPage, Filter, Query
from kalends.engine.refusals import Fault, Forbidden, Invalid, NotFound
from tests.desk import broken, told
from tests.world import World, at_sites

MONDAY, TUESDAY, NEXT_MONDAY = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 8)
AWAY = ExceptionPatch(day_from=MONDAY, day_until=NEXT_MONDAY, title="Away")


async def hours(clinic: World, resource_id: int, day: date) -> list[tuple[int, int]]:
    found = await opening_hours(clinic.ctx(), [resource_id], day, day)
    return found[resource_id][0][1]


async def listed(ctx: Context, *filters: Filter) -> list[ExceptionEntry]:
    return (await query_exceptions(ctx, Query(CursorPage(10), filters))).rows


async def test_ada_is_away_and_then_only_in_the_mornings(clinic: World) -> None:
    away = await add_exception(clinic.ctx(), AWAY, resource_id=clinic.ada)
    assert await get_exception(clinic.ctx(), away.id) == away
    assert await hours(clinic, clinic.ada, TUESDAY) == []
    mornings = await change_exception(clinic.ctx(), away.id, ExceptionPatch(opens=480, closes=720))
    assert (mornings.revision, mornings.title, await hours(clinic, clinic.ada, TUESDAY)) == (1, "Away", [(480, 720)])
    assert await change_exception(clinic.ctx(), away.id, ExceptionPatch(title="Away")) == mornings
    assert await remove_exception(clinic.ctx(), away.id) == mornings
    assert await hours(clinic, clinic.ada, TUESDAY) == [(480, 960)]
    with pytest.raises(NotFound):
        await get_exception(clinic.ctx(), away.id)
    verbs = [verb for verb, _, _ in await told(clinic, "resource", clinic.ada)]
    assert verbs == ["add", "except", "except", "except"]
    assert (await get_resource(clinic.ctx(), clinic.ada)).revision == 3
    assert await broken(clinic) == []


async def test_a_site_closes_for_all_who_are_there(clinic: World) -> None:
    closed = await add_exception(clinic.ctx(), AWAY, site_id=clinic.site)
    assert await hours(clinic, clinic.bo, MONDAY) == await hours(clinic, clinic.sauna, MONDAY) == []
    await remove_exception(clinic.ctx(), closed.id)
    assert (await get_site(clinic.ctx(), clinic.site)).revision == 2
    assert await broken(clinic) == []


async def test_they_are_listed_by_what_they_are_of(clinic: World) -> None:
    of_ada = await add_exception(clinic.ctx(), AWAY, resource_id=clinic.ada)
    of_site = await add_exception(clinic.ctx(), AWAY, site_id=clinic.site)
    await set_resource_exceptions(clinic.ctx(), clinic.bo, [OpeningException(MONDAY, TUESDAY)])
    assert await listed(clinic.ctx(), Filter("resource_id", "equal", clinic.ada)) == [of_ada]
    assert await listed(clinic.ctx(), Filter("site_id", "equal", clinic.site)) == [of_site]
    assert len(await listed(clinic.ctx(), Filter("day_until", "greater", MONDAY))) == 3


@pytest.mark.parametrize(
    ("patch", "faults"),
    [
        (ExceptionPatch(), [Fault("day_from", "blank"), Fault("day_until", "blank")]),
        (ExceptionPatch(day_from=MONDAY, day_until=MONDAY), [Fault("day_until", "before_start")]),
        (ExceptionPatch(day_from=MONDAY, day_until=TUESDAY, opens=480), [Fault("closes", "blank")]),
        (ExceptionPatch(day_from=MONDAY, day_until=TUESDAY, opens=480, closes=480), [Fault("closes", "out_of_range")]),
        (ExceptionPatch(day_from=MONDAY, day_until=TUESDAY, opens=1440, closes=1500), [Fault("opens", "out_of_range")]),
        (
            ExceptionPatch(day_from=TUESDAY, day_until=MONDAY, title="x" * 256, opens=-1, closes=1),
            [Fault("day_until", "before_start"), Fault("title", "too_long"), Fault("opens", "out_of_range")],
        ),
    ],
)
async def test_exceptions_that_can_not_be(clinic: World, patch: ExceptionPatch, faults: list[Fault]) -> None:
    with pytest.raises(Invalid) as refused:
        await add_exception(clinic.ctx(), patch, resource_id=clinic.ada)
    assert list(refused.value.faults) == faults


async def test_a_key_of_a_site_has_those_of_its_resources(clinic: World) -> None:
    north = await add_site(clinic.ctx(), SitePatch(name="North"))
    chair = await add_resource(clinic.ctx(), ResourcePatch(title="Chair", site_id=north.id))
    of_ada = await add_exception(clinic.ctx(), AWAY, resource_id=clinic.ada)
    of_site = await add_exception(clinic.ctx(), AWAY, site_id=north.id)
    there = at_sites(clinic.ctx(), frozenset({north.id}))
    of_chair = await add_exception(there, AWAY, resource_id=chair.id)
    assert await listed(there) == [of_site, of_chair]
    with pytest.raises(NotFound):
        await remove_exception(there, of_ada.id)
    with pytest.raises(NotFound):
        await add_exception(there, AWAY, resource_id=clinic.ada)
    with pytest.raises(Forbidden):
        await remove_exception(there, of_site.id)
