"""Extra openings are open times besides the weekly hours, and count wherever those do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kalends.actions.availability.exceptions import set_resource_exceptions
from kalends.actions.availability.extra_openings import add_extra_openings, query_extra_openings, query_weekday_hours
from kalends.actions.availability.hours import opening_hours
from kalends.actions.bookings.slots import slots_on
from kalends.actions.catalog.resources import change_resource, remove_resource
from kalends.actions.catalog.sites import add_site
from kalends.engine.availability.openings import Opening, OpeningException
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.query import Filter, OffsetPage, Query, Sort
from kalends.engine.refusals import Fault, Invalid, NotFound, Retired
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.engine.time.span import Span
from tests.desk import DAY, HOUR
from tests.world import World, at_sites

SATURDAY = datetime(2027, 3, 6, 9, tzinfo=UTC)  # 10:00 in Oslo
MORNING = Span(SATURDAY, SATURDAY + 3 * HOUR)
WEEKLY = RepeatRule("week", 1, 3)


def asking(*conditions: Filter, by: str = "id") -> Query:
    return Query(OffsetPage(100), conditions, (Sort(by),))


async def hours_on(clinic: World, day: datetime) -> list[tuple[int, int]]:
    hours = await opening_hours(clinic.ctx(), [clinic.ada], day.date(), day.date())
    ((_, pairs),) = hours[clinic.ada]
    return pairs


async def test_a_saturday_is_open_once(clinic: World) -> None:
    (opening,) = await add_extra_openings(clinic.ctx(), clinic.ada, MORNING)
    assert (opening.series, opening.repeat_rule) == (None, None)
    assert await hours_on(clinic, SATURDAY) == [(600, 780)]
    assert await hours_on(clinic, SATURDAY + 7 * DAY) == []
    slots = await slots_on(clinic.ctx(), clinic.massage, SATURDAY.date(), SATURDAY.date())
    assert [slot.span.start for slot in slots] == [SATURDAY + hour * HOUR for hour in range(3)]


async def test_repeats_keep_the_hours_when_clocks_change(clinic: World) -> None:
    openings = await add_extra_openings(clinic.ctx(), clinic.ada, MORNING, WEEKLY)
    assert len({opening.series for opening in openings}) == 1
    assert [opening.repeat_rule for opening in openings] == [WEEKLY] * 4
    assert openings[3].starts_at == SATURDAY + 21 * DAY
    summer = await add_extra_openings(clinic.ctx(), clinic.bo, MORNING, RepeatRule("month", 1, 1))
    assert summer[1].starts_at == datetime(2027, 4, 6, 8, tzinfo=UTC)


async def test_it_is_open_also_on_a_day_that_is_closed_but_not_beyond_its_validity(clinic: World) -> None:
    tuesday = datetime(2027, 3, 2, 9, tzinfo=UTC)
    closed = OpeningException(tuesday.date(), tuesday.date() + DAY)
    await set_resource_exceptions(clinic.ctx(), clinic.ada, [closed])
    assert await hours_on(clinic, tuesday) == []
    await add_extra_openings(clinic.ctx(), clinic.ada, Span(tuesday, tuesday + HOUR))
    assert await hours_on(clinic, tuesday) == [(600, 660)]
    await add_extra_openings(clinic.ctx(), clinic.ada, MORNING)
    await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(valid_until=SATURDAY.date()))
    assert await hours_on(clinic, SATURDAY) == []
    assert await slots_on(clinic.ctx(), clinic.massage, SATURDAY.date(), SATURDAY.date()) == []


async def test_a_night_belongs_to_the_day_on_which_it_begins(clinic: World) -> None:
    evening = SATURDAY + timedelta(hours=12)
    await add_extra_openings(clinic.ctx(), clinic.ada, Span(evening, evening + 6 * HOUR))
    assert await hours_on(clinic, SATURDAY) == [(22 * 60, 28 * 60)]
    assert await hours_on(clinic, SATURDAY + DAY) == []


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"first": Span(SATURDAY, SATURDAY)}, ("ends_at", "before_start")),
        ({"first": Span(SATURDAY, SATURDAY + DAY + HOUR)}, ("ends_at", "out_of_range")),
    ],
)
async def test_times_that_are_none(clinic: World, fields: dict[str, Any], fault: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as no:
        await add_extra_openings(clinic.ctx(), clinic.ada, **fields)
    assert no.value.faults == (Fault(*fault),)


async def test_who_may_open_what(clinic: World) -> None:
    annex = await add_site(clinic.ctx(), SitePatch(name="Annex"))
    with pytest.raises(Invalid) as no:
        await add_extra_openings(clinic.ctx(), clinic.ada, MORNING, site_id=annex.id)
    assert no.value.faults == (Fault("site_id", "not_served"),)
    with pytest.raises(NotFound):
        await add_extra_openings(at_sites(clinic.ctx(), frozenset({annex.id})), clinic.ada, MORNING)
    await add_extra_openings(clinic.ctx(), clinic.ada, MORNING, site_id=clinic.site)
    assert (await query_extra_openings(at_sites(clinic.ctx(), frozenset({annex.id})), asking())).total == 0
    await remove_resource(clinic.ctx(), clinic.bo)
    with pytest.raises(Retired):
        await add_extra_openings(clinic.ctx(), clinic.bo, MORNING)


async def test_extra_openings_are_found_by_time_and_place(clinic: World) -> None:
    openings = await add_extra_openings(clinic.ctx(), clinic.ada, MORNING, WEEKLY)
    (other,) = await add_extra_openings(clinic.ctx(), clinic.bo, MORNING)
    later = Filter("starts_at", "at_least", openings[2].starts_at)
    assert (await query_extra_openings(clinic.ctx(), asking(later))).rows == openings[2:]
    of_bo = Filter("resource_id", "equal", clinic.bo), Filter("site_id", "equal", clinic.site)
    assert (await query_extra_openings(clinic.ctx(), asking(*of_bo))).rows == [other]


async def test_usual_hours_by_weekday(clinic: World) -> None:
    of_ada = Filter("resource_id", "equal", clinic.ada)
    later = clinic.now + HOUR
    lunch = [Opening(1, 480, 720), Opening(1, 700, 960), Opening(6, 1200, 1500)]
    gone = [Opening(7, 480, 720, valid_until=clinic.now.date())]
    await change_resource(clinic.ctx(later), clinic.ada, ResourcePatch(), [*lunch, *gone])
    page = await query_weekday_hours(clinic.ctx(), asking(of_ada, by="weekday"))
    assert [(day.weekday, day.hours) for day in page.rows] == [
        (1, [(480, 960)]), (2, []), (3, []), (4, []), (5, []), (6, [(1200, 1500)]), (7, []),
    ]  # fmt: skip
    assert {(day.created_at, day.updated_at) for day in page.rows} == {(clinic.now, later)}
    again = await change_resource(clinic.ctx(later + HOUR), clinic.ada, ResourcePatch(), [*lunch, *gone])
    assert again.updated_at == later
    (monday,) = (await query_weekday_hours(clinic.ctx(), asking(Filter("id", "equal", page.rows[0].id)))).rows
    assert monday == page.rows[0]
    of_left = Filter("resource_id", "equal", clinic.left), Filter("weekday", "equal", 7)
    assert [day.hours for day in (await query_weekday_hours(clinic.ctx(), asking(*of_left))).rows] == [[(0, 1440)]]
