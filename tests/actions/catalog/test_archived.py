"""Archived sites and services: hidden and not for new bookings, while what is booked stays."""

from datetime import timedelta

import pytest

from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.slots import slots_on
from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import add_service, change_service, get_service, remove_service
from kalends.actions.catalog.sites import change_site
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.refusals import Fault, Full, Invalid, Retired
from tests.acts import add_session, book_item, change
from tests.desk import DAY, SOON, visit
from tests.world import World

LATER = timedelta(hours=1)


async def archive(clinic: World, active: bool = False) -> None:
    await change_site(clinic.ctx(clinic.now + LATER), clinic.site, SitePatch(active=active))


async def test_a_site_is_archived_once(clinic: World) -> None:
    site = await change_site(clinic.ctx(), clinic.site, SitePatch(active=False))
    assert (site.archived_at, site.active, site.updated_at) == (clinic.now, False, clinic.now)
    again = await change_site(clinic.ctx(clinic.now + LATER), clinic.site, SitePatch(active=False))
    assert again == site
    back = await change_site(clinic.ctx(clinic.now + LATER), clinic.site, SitePatch(active=True))
    assert (back.archived_at, back.active, back.created_at) == (None, True, clinic.now)


async def test_nothing_new_is_booked_at_an_archived_site(clinic: World) -> None:
    view = await book_item(clinic.ctx(), visit(clinic, starts_at=SOON))
    await archive(clinic)
    with pytest.raises(Retired):
        await book_item(clinic.ctx(), visit(clinic, starts_at=SOON + DAY))
    with pytest.raises(Full):  # nobody is left to do it
        await book_item(clinic.ctx(), visit(clinic, starts_at=SOON + DAY, resource_id=None))
    with pytest.raises(Retired):
        await add_session(clinic.ctx(), {"service_id": clinic.yoga, "resource_id": clinic.hall, "starts_at": SOON})
    assert (await get_item(clinic.ctx(), view.item.id)).item.state == "confirmed"
    assert (await change(clinic.ctx(), view.item.id, {"notes": "Bring the papers"})).item.notes == "Bring the papers"


async def test_an_archived_site_is_hidden_with_what_stands_there(clinic: World) -> None:
    days = clinic.now.date() + DAY, clinic.now.date() + DAY
    assert await slots_on(clinic.ctx(), clinic.massage, *days)
    await archive(clinic)
    assert await slots_on(clinic.ctx(), clinic.massage, *days) == []
    assert await list_resources(clinic.ctx()) == []
    assert await list_assignments(clinic.ctx(), [clinic.massage]) == []
    assert len(await list_resources(clinic.ctx(), with_inactive=True)) == 7
    await archive(clinic, active=True)
    assert len(await list_resources(clinic.ctx())) == 7


async def test_a_service_is_archived_once_and_taken_back(clinic: World) -> None:
    removed = await remove_service(clinic.ctx(), clinic.massage)
    assert (removed.archived_at, removed.active) == (clinic.now, False)
    assert await remove_service(clinic.ctx(clinic.now + LATER), clinic.massage) == removed
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(active=True))
    assert (await get_service(clinic.ctx(), clinic.massage)).archived_at is None


async def test_sessions_have_the_capacity_of_their_service(clinic: World) -> None:
    await change_service(clinic.ctx(), clinic.yoga, ServicePatch(session_capacity=12))
    planned = {"service_id": clinic.yoga, "starts_at": SOON}
    assert (await add_session(clinic.ctx(), planned)).capacity == 12
    assert (await add_session(clinic.ctx(), {**planned, "resource_id": clinic.hall})).capacity == 12
    assert (await add_session(clinic.ctx(), {**planned, "starts_at": SOON + DAY, "capacity": 3})).capacity == 3
    for capacity in (0, 100_001):
        with pytest.raises(Invalid) as no:
            await add_service(clinic.ctx(), ServicePatch(title="Pilates", session_capacity=capacity))
        assert no.value.faults == (Fault("session_capacity", "out_of_range"),)
