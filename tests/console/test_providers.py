"""Who serves a service has a length, a price and hours of their own; a service is offered between some dates."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from kalends.actions.catalog.assignments import (
    change_assignment,
    get_assignment_of,
    openings_of_assignments,
)
from kalends.actions.catalog.services import change_service, get_service
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.assignment import ServiceAssignment, ServiceAssignmentPatch
from kalends.engine.catalog.service import ServicePatch
from tests.console.browsing import Visitor
from tests.console.office import office_of
from tests.world import World

SUMMER = Opening(6, 540, 720, valid_until=date(2027, 9, 1))
"""Hours that hold for a while only, which have a form of their own."""


def path_of(clinic: World) -> str:
    return f"/services/{clinic.massage}/providers/{clinic.ada}"


async def ada(clinic: World) -> ServiceAssignment:
    return await get_assignment_of(clinic.ctx(), clinic.massage, clinic.ada)


async def openings(clinic: World) -> list[Opening]:
    provider = await ada(clinic)
    return (await openings_of_assignments(clinic.ctx(), [provider.id]))[provider.id]


async def test_one_of_them_takes_longer_and_costs_more(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/services/{clinic.massage}")
    await marit.page.click("main table a:text-is('Ada')")
    await marit.page.fill("#terms-duration", "90")
    await marit.page.fill("#terms-price", "1 200,50")
    await marit.page.press("#terms-price", "Enter")
    await marit.page.wait_for_url("**note=saved")
    await marit.check()
    assert ((await ada(clinic)).duration, (await ada(clinic)).price) == (90, Decimal("1200.50"))
    await marit.open(f"/services/{clinic.massage}")
    assert "90 minutes" in await marit.text("main table")


async def test_hours_of_their_own_are_set_and_those_for_a_while_stay(clinic: World, marit: Visitor) -> None:
    await change_assignment(clinic.ctx(), (await ada(clinic)).id, ServiceAssignmentPatch(), [SUMMER])
    await marit.open(path_of(clinic))
    await marit.page.fill("[name=opens_3_0]", "13:00")
    await marit.page.click(".week button.primary")
    await marit.page.wait_for_selector("#summary")
    assert (await marit.text("#summary ul")).splitlines() == ["To: is missing"]
    assert await marit.page.input_value("[name=opens_3_0]") == "13:00"
    await marit.check()
    await marit.page.fill("[name=closes_3_0]", "17:00")
    await marit.page.click(".week button.primary")
    await marit.page.wait_for_url("**note=saved")
    assert await openings(clinic) == [Opening(3, 780, 1020), SUMMER]


async def test_hours_for_a_while_are_changed_and_added_and_removed(clinic: World, marit: Visitor) -> None:
    usual = Opening(3, 780, 1020)
    await change_assignment(clinic.ctx(), (await ada(clinic)).id, ServiceAssignmentPatch(), [usual, SUMMER])
    await marit.open(path_of(clinic))
    await marit.page.click("summary:text-is('until 31 Aug 2027')")
    summer = marit.page.locator("details:has(summary:text-is('until 31 Aug 2027'))")
    await summer.locator("[name=closes_6_0]").fill("13:00")
    await summer.locator("[name=first_day]").fill("2027-06-01")
    await summer.locator("button.primary").click()
    await marit.page.wait_for_url("**note=saved")
    await marit.check()
    june = replace(SUMMER, closes=780, valid_from=date(2027, 6, 1))
    assert await openings(clinic) == [usual, june]
    await marit.page.click("summary:text-is('Add a period')")
    new = marit.page.locator("details:has(summary:text-is('Add a period'))")
    await new.locator("[name=opens_1_0]").fill("10:00")
    await new.locator("[name=closes_1_0]").fill("11:00")
    await new.locator("button.primary").click()
    assert (await marit.text("#new-summary ul")).splitlines() == ["First day: is missing"]
    await marit.check()
    await marit.page.fill("#new-first_day", "2027-12-01")
    await marit.page.locator("details[open] button.primary").click()
    await marit.page.wait_for_url("**note=saved")
    assert await openings(clinic) == [Opening(1, 600, 660, valid_from=date(2027, 12, 1)), usual, june]


async def test_a_period_without_hours_is_removed_and_names_are_kept(clinic: World, address: str) -> None:
    named = replace(SUMMER, name="Check-ups")
    winter = Opening(1, 600, 660, valid_from=date(2027, 12, 1))
    await change_assignment(clinic.ctx(), (await ada(clinic)).id, ServiceAssignmentPatch(), [named, winter])
    path = f"{path_of(clinic)}/hours"
    hours = {"opens_6_0": "09:00", "closes_6_0": "12:00"}
    async with office_of(clinic, address) as office:
        await office.done(path, period="2027-12-01/", first_day="2027-12-01")
        assert await openings(clinic) == [named]
        await office.done(path, period="/2027-09-01", first_day="2027-05-01", last_day="2027-08-31", **hours)
        assert await openings(clinic) == [replace(named, valid_from=date(2027, 5, 1))]
        said = await office.refused(path, period="x", first_day="2027-09-01", last_day="2027-08-31", **hours)
        assert "Last day: must be after the start" in said


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("duration", "0", "Length: is out of range"),
        ("price", "a lot", "Price: is not a number"),
        ("step", "-5", "A start every: is out of range"),
    ],
)
async def test_what_is_wrong_is_told(clinic: World, address: str, field: str, value: str, fault: str) -> None:
    async with office_of(clinic, address) as office:
        assert fault in await office.refused(path_of(clinic), path_of(clinic), **{field: value})


async def test_what_somebody_else_changed_is_told(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        page = (await office.client.get(path_of(clinic))).text
        version = page.partition('name="version" value="')[2].partition('"')[0]
        later = clinic.ctx(clinic.now + timedelta(minutes=1))
        await change_assignment(later, (await ada(clinic)).id, ServiceAssignmentPatch(), [SUMMER])
        said = await office.refused(f"{path_of(clinic)}/hours", version=version, opens_1_0="08:00", closes_1_0="09:00")
    assert "Somebody else changed this meanwhile" in said
    assert await openings(clinic) == [SUMMER]


async def test_a_service_is_offered_between_two_dates(clinic: World, address: str) -> None:
    path = f"/services/{clinic.massage}"
    sent = {"title": "Massage", "kind": "appointment", "duration": "60", "serving": "all", "own_hours": "only"}
    async with office_of(clinic, address) as office:
        said = await office.refused(path, path, **sent, first_day="2027-07-02", last_day="2027-07-01")
        assert "Last day: must be after the start" in said
        await office.done(path, path, **sent, first_day="2027-06-01", last_day="2027-08-31")
    service = await get_service(clinic.ctx(), clinic.massage)
    assert service.valid_from == datetime(2027, 5, 31, 22, tzinfo=UTC)
    assert service.valid_until == datetime(2027, 8, 31, 22, tzinfo=UTC)
    assert service.own_hours is True


async def test_a_date_that_is_not_changed_keeps_its_time_of_day(clinic: World, marit: Visitor) -> None:
    noon = datetime(2027, 6, 1, 10, tzinfo=UTC)
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(valid_from=noon, valid_until=noon.replace(month=7)))
    await marit.open(f"/services/{clinic.massage}")
    await marit.page.fill("[name=last_day]", "")
    await marit.page.click("main form.stack button.primary")
    await marit.page.wait_for_url("**note=saved")
    service = await get_service(clinic.ctx(), clinic.massage)
    assert (service.valid_from, service.valid_until) == (noon, None)


async def test_it_is_for_who_manages(clinic: World, address: str) -> None:
    async with office_of(clinic, address, "staff") as office:
        await office.open(path_of(clinic), 403)
        assert (await office.send(path_of(clinic), duration="5")).status_code == 403
