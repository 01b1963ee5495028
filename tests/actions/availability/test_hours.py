from datetime import date
from functools import partial
from typing import Any

import pytest

from kalends.actions.availability.hours import (
    get_exception_day,
    list_exception_days,
    opening_hours,
    remove_exception_day,
    set_exception_days,
)
from kalends.actions.catalog.resources import remove_resource
from kalends.engine.availability.exception_days import ExceptionQuery
from kalends.engine.availability.openings import OpeningException
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.availability.exceptions import save_exceptions
from kalends.store.db import Db
from tests.desk import DAY, statements_of, told
from tests.world import NOW, World, open_clinic

MONDAY = date(2027, 3, 1)
FRIDAY, SUNDAY = MONDAY + 4 * DAY, MONDAY + 6 * DAY
LUNCH_BREAK = [(480, 720), (750, 960)]


async def days(clinic: World, **query: Any) -> list[tuple[date, tuple[tuple[int, int], ...]]]:
    exception_query = ExceptionQuery(resource_id=clinic.ada, **query)
    return [
        (exception_day.day, exception_day.hours)
        for exception_day in (await list_exception_days(clinic.ctx(), exception_query)).rows
    ]


async def test_hours_of_dates(clinic: World) -> None:
    hours = await opening_hours(clinic.ctx(), [clinic.ada, clinic.sauna], FRIDAY, SUNDAY)
    assert hours[clinic.ada] == [(FRIDAY, [(480, 960)]), (FRIDAY + DAY, []), (SUNDAY, [])]
    assert hours[clinic.sauna] == [(FRIDAY + n * DAY, [(0, 1440)]) for n in range(3)]


async def test_all_active_resources_are_asked_when_none_is_named(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    await remove_resource(clinic.ctx(), clinic.bo)
    hours = await opening_hours(clinic.ctx(), None, MONDAY, MONDAY)
    assert clinic.ada in hours
    assert clinic.bo not in hours
    assert set(await opening_hours(clinic.ctx(), [clinic.bo, stranger.ada], MONDAY, MONDAY)) == {clinic.bo}


async def test_nobody_means_that_many_days(clinic: World) -> None:
    for last, reason in ((MONDAY - DAY, "before_start"), (MONDAY + 366 * DAY, "out_of_range")):
        with pytest.raises(Invalid) as refused:
            await opening_hours(clinic.ctx(), None, MONDAY, last)
        assert refused.value.faults == (Fault("last", reason),)
    assert len((await opening_hours(clinic.ctx(), None, MONDAY, MONDAY + 365 * DAY))[clinic.ada]) == 366


async def test_a_day_that_is_not_like_others(clinic: World) -> None:
    await set_exception_days(clinic.ctx(), clinic.ada, {MONDAY: LUNCH_BREAK, SUNDAY: [(600, 660)], FRIDAY: []})
    assert await days(clinic) == [(MONDAY, tuple(LUNCH_BREAK)), (FRIDAY, ()), (SUNDAY, ((600, 660),))]
    hours = (await opening_hours(clinic.ctx(), [clinic.ada], MONDAY, SUNDAY))[clinic.ada]
    assert [pairs for _, pairs in hours] == [LUNCH_BREAK, *[[(480, 960)]] * 3, [], [], [(600, 660)]]
    assert await days(clinic, first=FRIDAY, last=FRIDAY) == [(FRIDAY, ())]
    page = await list_exception_days(clinic.ctx(), ExceptionQuery(resource_id=clinic.ada, limit=1, offset=1))
    assert ([exception_day.day for exception_day in page.rows], page.total) == ([FRIDAY], 3)


async def test_what_is_said_last_counts(clinic: World) -> None:
    later = clinic.ctx(NOW + DAY)
    await set_exception_days(clinic.ctx(), clinic.ada, {MONDAY: LUNCH_BREAK})
    (changed,) = await set_exception_days(later, clinic.ada, {MONDAY: [(0, 60)]})
    assert (changed.hours, changed.created_at, changed.updated_at) == (((0, 60),), NOW, NOW + DAY)
    assert await get_exception_day(clinic.ctx(), clinic.ada, MONDAY) == changed
    assert await set_exception_days(later, clinic.ada, {MONDAY: None}) == []
    assert await days(clinic) == []


async def test_a_day_is_like_others_again(clinic: World) -> None:
    await set_exception_days(clinic.ctx(), clinic.ada, {MONDAY: []})
    assert (await remove_exception_day(clinic.ctx(), clinic.ada, MONDAY)).hours == ()
    with pytest.raises(NotFound) as refused:
        await remove_exception_day(clinic.ctx(), clinic.ada, MONDAY)
    assert refused.value.what == "exception_day"
    *_, (what, before, _) = await told(clinic, "resource", clinic.ada)
    assert (what, before) == ("except", {"hours": {"2027-03-01": []}})


async def test_a_holiday_is_cut_around_the_day_that_is_worked(clinic: World) -> None:
    holiday = OpeningException(MONDAY, MONDAY + 14 * DAY, title="Away")
    await save_exceptions(clinic.db, clinic.account.id, NOW, [holiday], resource_id=clinic.ada)
    await set_exception_days(clinic.ctx(), clinic.ada, {FRIDAY: [(480, 720)]})
    exception_days = dict(await days(clinic))
    assert len(exception_days) == 14
    assert exception_days.pop(FRIDAY) == ((480, 720),)
    assert set(exception_days.values()) == {()}
    assert (await get_exception_day(clinic.ctx(), clinic.ada, SUNDAY)).title == "Away"


async def test_a_holiday_is_cut_around_many_days_at_once(clinic: World) -> None:
    away, short = (OpeningException(MONDAY, MONDAY + n * DAY, title=title) for n, title in ((14, "Away"), (2, "Short")))
    await save_exceptions(clinic.db, clinic.account.id, NOW, [away, short], resource_id=clinic.ada)
    worked = {MONDAY + DAY: LUNCH_BREAK, FRIDAY: None, FRIDAY + DAY: [(600, 660)], MONDAY + 20 * DAY: []}
    exception_days = await set_exception_days(clinic.ctx(NOW + DAY), clinic.ada, worked)
    assert exception_days == [
        await get_exception_day(clinic.ctx(), clinic.ada, exception_day.day) for exception_day in exception_days
    ]
    assert [(exception_day.day, exception_day.created_at) for exception_day in exception_days] == [
        (MONDAY + DAY, NOW),
        (FRIDAY + DAY, NOW),
        (MONDAY + 20 * DAY, NOW + DAY),
    ]
    left = [day for day, hours in await days(clinic) if hours == ()]
    assert left == [MONDAY, *(MONDAY + n * DAY for n in (2, 3, *range(6, 14), 20))]
    *_, (what, before, after) = await told(clinic, "resource", clinic.ada)
    assert (what, before["hours"][str(FRIDAY)], after["hours"][str(FRIDAY)]) == ("except", [], None)
    assert before["hours"][str(MONDAY + DAY)] == []


async def test_more_days_take_no_more_statements(clinic: World) -> None:
    month = {MONDAY + n * DAY: LUNCH_BREAK for n in range(30)}
    few, many = [
        await statements_of(clinic, partial(set_exception_days, resource_id=clinic.ada, days=which))
        for which in ({MONDAY: LUNCH_BREAK}, month)
    ]
    assert few == many


async def test_all_days_or_none(clinic: World, db: Db) -> None:
    with pytest.raises(Invalid):
        await set_exception_days(clinic.ctx(), clinic.ada, {MONDAY: [], FRIDAY: [(700, 600)]})
    with pytest.raises(NotFound):
        await set_exception_days(clinic.ctx(), clinic.ada, {MONDAY: []}, service_id=(await open_clinic(db)).massage)
    assert await days(clinic) == []


async def test_another_account_closes_nobody_here(clinic: World, db: Db) -> None:
    with pytest.raises(NotFound):
        await set_exception_days((await open_clinic(db)).ctx(), clinic.ada, {MONDAY: []})
