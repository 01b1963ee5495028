"""A resource is open at single times besides its hours."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from kalends.actions.availability.extra_openings import query_extra_openings
from kalends.engine.query import OffsetPage, Query, Sort
from tests.console.browsing import Visitor
from tests.console.office import office_of
from tests.world import World

SATURDAY = {"first_day": "2027-03-06", "opens": "10:00", "closes": "14:00"}


async def starts(clinic: World) -> list[datetime]:
    page = await query_extra_openings(clinic.ctx(), Query(OffsetPage(50), (), (Sort("starts_at"),)))
    return [opening.starts_at for opening in page.rows]


async def test_extra_saturdays_are_added_and_removed_one_by_one_or_together(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/resources/{clinic.ada}/hours")
    await marit.page.click("text=Add an extra opening")
    for name, value in {**SATURDAY, "repeats": "3"}.items():
        await marit.page.fill(f"[name={name}]", value)
    await marit.page.select_option("[name=unit]", "week")
    await marit.page.click("button.primary")
    await marit.page.wait_for_url("**note=saved")
    await marit.check()
    days = [datetime(2027, 3, day, 9, tzinfo=UTC) for day in (6, 13, 20, 27)]
    assert await starts(clinic) == days
    await marit.page.click("[aria-label='Remove 13 Mar 2027, 10:00–14:00']")
    await marit.page.wait_for_url("**note=saved")
    assert await starts(clinic) == [days[0], *days[2:]]
    await marit.page.click("text=Remove all of them >> nth=0")
    await marit.page.wait_for_url("**note=saved")
    assert await starts(clinic) == []


async def test_some_of_a_site_are_open_besides(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/sites/{clinic.site}/hours")
    await marit.page.click("text=Add an extra opening")
    await marit.page.uncheck(f"[name=resource_ids][value='{clinic.bo}']")
    for name, value in SATURDAY.items():
        await marit.page.fill(f"[name={name}]", value)
    await marit.page.click("button.primary")
    await marit.page.wait_for_url("**note=saved")
    await marit.check()
    page = await query_extra_openings(clinic.ctx(), Query(OffsetPage(50)))
    opened = {opening.resource_id for opening in page.rows}
    assert (clinic.ada in opened, clinic.bo in opened) == (True, False)
    assert "10:00–14:00" in await marit.text("section:has(#extra-title)")


async def test_nobody_of_a_site_is_a_fault_and_nobody_is_opened_alone(clinic: World, address: str) -> None:
    path = f"/sites/{clinic.site}/extra-openings"
    async with office_of(clinic, address) as office:
        assert "With or where: is missing" in await office.refused(path, f"{path}/new", **SATURDAY)
        both = [clinic.ada, 999999]
        assert "With or where: is not known" in await office.refused(path, f"{path}/new", **SATURDAY, resource_ids=both)
    assert await starts(clinic) == []


async def test_past_midnight(clinic: World, address: str) -> None:
    path = f"/resources/{clinic.hall}/extra-openings"
    async with office_of(clinic, address) as office:
        await office.done(path, f"{path}/new", **{**SATURDAY, "opens": "20:00", "closes": "02:00"})
        assert "6 Mar 2027, 20:00–7 Mar 2027, 02:00" in await office.open(f"/resources/{clinic.hall}/hours")


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"first_day": ""}, "Day: is missing"),
        ({"first_day": "9999-12-31", "opens": "20:00", "closes": "02:00"}, "Day: is not a date"),
        ({"first_day": "0001-01-01"}, "Day: is not a date"),
        ({"closes": "25:00"}, "To: is not a time"),
        ({"unit": "week"}, "How many more times: is missing"),
        ({"unit": "week", "repeats": "0"}, "How many more times: must be more than 0"),
    ],
)
async def test_what_is_wrong_is_told(clinic: World, address: str, wrong: Mapping[str, str], fault: str) -> None:
    path = f"/resources/{clinic.ada}/extra-openings"
    async with office_of(clinic, address) as office:
        assert fault in await office.refused(path, f"{path}/new", **{**SATURDAY, **wrong})
    assert await starts(clinic) == []


async def test_it_is_for_who_manages(clinic: World, address: str) -> None:
    path = f"/resources/{clinic.ada}/extra-openings"
    async with office_of(clinic, address, "staff") as office:
        await office.open(f"{path}/new", 403)
        assert (await office.send(path, **SATURDAY)).status_code == 403
