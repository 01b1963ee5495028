"""Services change, and those who serve them."""

from datetime import date, datetime, timedelta

import pytest

from kalends.actions.availability.hours import opening_hours, set_exception_days
from kalends.actions.bookings.slots import slots
from kalends.actions.catalog.assignments import (
    add_assignment,
    change_assignment,
    get_assignment,
    list_assignments,
    openings_of_assignments,
    remove_assignment,
)
from kalends.actions.catalog.resources import remove_resource, resources_of
from kalends.actions.catalog.services import (
    add_service,
    change_service,
    get_service,
    list_services,
    list_services_of,
    remove_service,
    set_overrides,
)
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.assignment import ServiceAssignment, ServiceAssignmentPatch, ServiceOverride
from kalends.engine.catalog.service import SOLD, ServicePatch
from kalends.engine.refusals import Duplicate, Fault, Invalid, NotFound, NotServed, Retired
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.acts import add_session
from tests.desk import made, visit
from tests.world import NOW, World, open_clinic

MONDAY = date(2027, 3, 1)
THIS_WEEK = Span(NOW, NOW + timedelta(days=6))
TUESDAY_EVENING = Opening(2, 1080, 1200)


async def serving_of(clinic: World, service: int, resource: int) -> ServiceAssignment:
    return next(one for one in await list_assignments(clinic.ctx(), [service]) if one.resource_id == resource)


async def offered(clinic: World, service: int) -> set[int]:
    return {one for slot in await slots(clinic.ctx(), service, THIS_WEEK) for one in slot.resource_ids}


async def test_a_longer_massage_is_offered_in_longer_steps(clinic: World) -> None:
    massage = await change_service(clinic.ctx(), clinic.massage, ServicePatch(duration=90, details={"one": {"x": 1}}))
    assert (massage.duration, massage.step, massage.title) == (90, 90, "Massage")
    assert (await change_service(clinic.ctx(), clinic.massage, ServicePatch(step=30, duration=60))).step == 30
    assert (await change_service(clinic.ctx(), clinic.massage, ServicePatch(duration=45))).step == 30
    with pytest.raises(Invalid):
        await change_service(clinic.ctx(), clinic.massage, ServicePatch(duration=0))


async def test_a_removed_service_is_read_but_not_listed_nor_booked(clinic: World) -> None:
    gone = await remove_service(clinic.ctx(), clinic.massage)
    assert await remove_service(clinic.ctx(NOW + timedelta(hours=1)), clinic.massage) == gone
    assert await get_service(clinic.ctx(), clinic.massage) == gone
    assert clinic.massage not in [one.id for one in await list_services(clinic.ctx())]
    with pytest.raises(Retired):
        await made(clinic, visit(clinic))


async def test_what_is_sold_is_listed_but_neither_booked_nor_planned(clinic: World) -> None:
    oil = await add_service(clinic.ctx(), ServicePatch(title="Oil", kind="product"))
    voucher = await add_service(clinic.ctx(), ServicePatch(title="Voucher", kind="gift_card"))
    assert await list_services_of(clinic.ctx(), SOLD) == [oil, voucher]
    assert await offered(clinic, oil.id) == set()
    for sold in (oil, voucher):
        with pytest.raises(Invalid) as refused:
            await made(clinic, visit(clinic, service_id=sold.id))
        assert refused.value.faults == (Fault("service_id", "not_bookable"),)
    with pytest.raises(Invalid):
        await add_session(clinic.ctx(), {"service_id": oil.id, "starts_at": NOW})


async def test_those_who_serve_are_named_and_ranked(clinic: World) -> None:
    assert [one.resource_id for one in await list_assignments(clinic.ctx(), [clinic.massage])] == [
        clinic.ada,
        clinic.bo,
    ]
    bo = await serving_of(clinic, clinic.massage, clinic.bo)
    changed = await change_assignment(clinic.ctx(), bo.id, ServiceAssignmentPatch(position=1, duration=90))
    assert await get_assignment(clinic.ctx(), bo.id) == changed
    assert [one.id for one in await resources_of(clinic.ctx(), clinic.massage)] == [clinic.bo, clinic.ada]
    with pytest.raises(Duplicate) as refused:
        await add_assignment(clinic.ctx(), ServiceAssignmentPatch(service_id=clinic.massage, resource_id=clinic.bo))
    assert refused.value.field == "resource_id"
    with pytest.raises(Invalid):
        await change_assignment(clinic.ctx(), bo.id, ServiceAssignmentPatch(duration=0))


async def test_who_is_not_named_any_more_serves_no_more(clinic: World) -> None:
    ada = await serving_of(clinic, clinic.physio, clinic.ada)
    assert await remove_assignment(clinic.ctx(), ada.id) == ada
    assert await offered(clinic, clinic.physio) == set()
    for resource in (clinic.ada, clinic.bo):
        with pytest.raises(NotServed):
            await made(clinic, visit(clinic, service_id=clinic.physio, resource_id=resource))
    await add_assignment(clinic.ctx(), ServiceAssignmentPatch(service_id=clinic.physio, resource_id=clinic.bo))
    assert await offered(clinic, clinic.physio) == {clinic.bo}
    with pytest.raises(NotFound):
        await get_assignment(clinic.ctx(), ada.id)


async def test_a_service_that_all_serve_is_served_by_those_first_named(clinic: World) -> None:
    talk = (await add_service(clinic.ctx(), ServicePatch(title="Talk"))).id
    assert clinic.sauna in await offered(clinic, talk)
    named = await add_assignment(clinic.ctx(), ServiceAssignmentPatch(service_id=talk, resource_id=clinic.ada))
    assert await offered(clinic, talk) == {clinic.ada}
    await remove_assignment(clinic.ctx(), named.id)
    assert await offered(clinic, talk) == set()


async def test_what_only_a_retired_resource_serves_is_served_by_nobody(clinic: World) -> None:
    talk = (await add_service(clinic.ctx(), ServicePatch(title="Talk"))).id
    await set_overrides(clinic.ctx(), talk, [ServiceOverride(clinic.account.id, talk, clinic.ada)])
    await remove_resource(clinic.ctx(), clinic.ada)
    assert not (await get_service(clinic.ctx(), talk)).served_by_all
    assert await offered(clinic, talk) == set()
    with pytest.raises(NotServed):
        await made(clinic, visit(clinic, service_id=talk, resource_id=clinic.bo))
    await set_overrides(clinic.ctx(), talk, [])
    assert clinic.bo in await offered(clinic, talk)


async def test_a_service_may_have_hours_of_its_own(clinic: World) -> None:
    ada = await serving_of(clinic, clinic.massage, clinic.ada)
    await change_assignment(clinic.ctx(), ada.id, ServiceAssignmentPatch(), [TUESDAY_EVENING])
    assert await openings_of_assignments(clinic.ctx(), [ada.id]) == {ada.id: [TUESDAY_EVENING]}
    own = await slots(clinic.ctx(), clinic.massage, THIS_WEEK, [clinic.ada])
    evening = [datetime(2027, 3, 2, hour, tzinfo=NOW.tzinfo) for hour in (17, 18)]
    assert [slot.span.start for slot in own if slot.span.start.day == 2] == evening
    assert len(own) == 4 * 8 - 2 + 2
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(own_hours=False))
    assert len(await slots(clinic.ctx(), clinic.massage, THIS_WEEK, [clinic.ada])) == 5 * 8 - 2
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(own_hours=True))
    assert [slot.span.start for slot in await slots(clinic.ctx(), clinic.massage, THIS_WEEK)] == evening
    assert len(await slots(clinic.ctx(), clinic.physio, THIS_WEEK)) > 30


async def test_own_hours_have_days_of_their_own(clinic: World) -> None:
    ada = await serving_of(clinic, clinic.massage, clinic.ada)
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(own_hours=True))
    await change_assignment(clinic.ctx(), ada.id, ServiceAssignmentPatch(), [TUESDAY_EVENING])
    tuesday = MONDAY + timedelta(days=1)
    await set_exception_days(clinic.ctx(), clinic.ada, {MONDAY: [(600, 660)]}, clinic.massage)
    await set_exception_days(clinic.ctx(), clinic.ada, {tuesday: []})
    own = await opening_hours(clinic.ctx(), [clinic.ada], MONDAY, tuesday, clinic.massage)
    assert own[clinic.ada] == [(MONDAY, [(600, 660)]), (tuesday, [(1080, 1200)])]
    usual = await opening_hours(clinic.ctx(), [clinic.ada], MONDAY, tuesday, clinic.physio)
    assert usual[clinic.ada] == [(MONDAY, [(480, 960)]), (tuesday, [])]
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(own_hours=None))
    both = await opening_hours(clinic.ctx(), [clinic.ada], MONDAY, tuesday, clinic.massage)
    assert both[clinic.ada] == [(MONDAY, [(600, 660)]), (tuesday, [])]


async def test_own_hours_at_what_is_always_open(clinic: World) -> None:
    sauna = await serving_of(clinic, clinic.sauna_visit, clinic.sauna)
    await change_assignment(clinic.ctx(), sauna.id, ServiceAssignmentPatch(), [TUESDAY_EVENING])
    tuesday = MONDAY + timedelta(days=1)
    hours = await opening_hours(clinic.ctx(), [clinic.sauna], MONDAY, tuesday, clinic.sauna_visit)
    assert hours[clinic.sauna] == [(MONDAY, [(0, 1440)]), (tuesday, [(1080, 1200)])]


async def test_hours_go_along_with_who_serves(clinic: World) -> None:
    ada = await serving_of(clinic, clinic.physio, clinic.ada)
    await change_assignment(clinic.ctx(), ada.id, ServiceAssignmentPatch(), [TUESDAY_EVENING])
    bo = await change_assignment(clinic.ctx(), ada.id, ServiceAssignmentPatch(resource_id=clinic.bo))
    assert await openings_of_assignments(clinic.ctx(), [bo.id]) == {bo.id: [TUESDAY_EVENING]}
    kept = await clinic.db.fetch("select resource_id from opening where own_service_id = $1", clinic.physio)
    assert [row["resource_id"] for row in kept] == [clinic.bo]


async def test_another_account_changes_nothing_here(clinic: World, db: Db) -> None:
    stranger = (await open_clinic(db)).ctx()
    ada = await serving_of(clinic, clinic.massage, clinic.ada)
    with pytest.raises(NotFound):
        await change_service(stranger, clinic.massage, ServicePatch(title="Mine"))
    with pytest.raises(NotFound):
        await remove_assignment(stranger, ada.id)
    with pytest.raises(NotFound):
        await add_assignment(stranger, ServiceAssignmentPatch(service_id=clinic.massage, resource_id=clinic.bo))
