from datetime import UTC, date, datetime, timedelta

import pytest

from kalends.actions.catalog.resources import add_resource, get_resource, list_openings, list_resources, resources_of
from kalends.actions.catalog.services import add_service, get_service, list_services
from kalends.actions.catalog.sites import list_sites
from kalends.engine.availability.openings import Opening, OpeningException, OpeningHours, open_spans
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.engine.time.span import Span
from kalends.store.availability.exceptions import save_exceptions
from kalends.store.availability.openings import hours_of
from kalends.store.db import Db
from tests.desk import told
from tests.world import NOW, World, at_sites, open_clinic

MONDAY = Span(datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC))


async def hours(clinic: World, resource_id: int) -> OpeningHours:
    return (await hours_of(clinic.db, clinic.account.id, [resource_id]))[resource_id]


async def close(clinic: World, day: date, **owner: int) -> None:
    closed = OpeningException(day, day + timedelta(days=1))
    await save_exceptions(clinic.db, clinic.account.id, clinic.now, [closed], **owner)


async def test_the_first_resource_brings_the_first_site(clinic: World) -> None:
    (site,) = await list_sites(clinic.ctx())
    assert (site.id, site.name, site.time_zone) == (clinic.site, "Clinic", "Europe/Oslo")


async def test_a_part_stands_below_the_whole(clinic: World) -> None:
    left = await get_resource(clinic.ctx(), clinic.left)
    assert (left.parent_id, left.path) == (clinic.hall, (clinic.hall, clinic.left))


async def test_parts_are_four_deep_at_most(clinic: World) -> None:
    third = await add_resource(clinic.ctx(), ResourcePatch(title="Corner", parent_id=clinic.left))
    fourth = await add_resource(clinic.ctx(), ResourcePatch(title="Mat", parent_id=third.id))
    with pytest.raises(Invalid) as refused:
        await add_resource(clinic.ctx(), ResourcePatch(title="Edge", parent_id=fourth.id))
    assert refused.value.faults == (Fault("parent_id", "too_deep"),)


async def test_what_a_resource_lacks_is_named_at_once(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await add_resource(clinic.ctx(), ResourcePatch(kind="ghost", capacity=-1))
    assert [fault.field for fault in refused.value.faults] == ["title", "kind", "capacity"]


async def test_openings_come_back_as_they_were_given(clinic: World) -> None:
    spring = Opening(3, 1080, 1560, date(2027, 3, 1), date(2027, 6, 1), frozenset({clinic.massage}))
    eve = await add_resource(clinic.ctx(), ResourcePatch(title="Eve"), [spring])
    assert await list_openings(clinic.ctx(), [eve.id, clinic.hall]) == {eve.id: [spring], clinic.hall: []}


async def test_retired_resources_are_listed_on_request(clinic: World) -> None:
    old = await add_resource(clinic.ctx(), ResourcePatch(title="Old room", active=False))
    assert old.id not in [resource.id for resource in await list_resources(clinic.ctx())]
    assert old.id in [resource.id for resource in await list_resources(clinic.ctx(), with_inactive=True)]


async def test_a_key_for_one_site_sees_that_site_only(clinic: World) -> None:
    elsewhere = at_sites(clinic.ctx(), frozenset({clinic.site + 1_000_000}))
    assert await list_resources(elsewhere) == []
    with pytest.raises(NotFound):
        await get_resource(elsewhere, clinic.ada)


async def test_another_account_finds_nothing(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    with pytest.raises(NotFound):
        await get_resource(stranger.ctx(), clinic.ada)
    with pytest.raises(NotFound):
        await get_service(stranger.ctx(), clinic.massage)
    with pytest.raises(NotFound):
        await add_resource(stranger.ctx(), ResourcePatch(title="Annex", parent_id=clinic.hall))
    with pytest.raises(NotFound):
        await add_service(stranger.ctx(), ServicePatch(title="Theft"), [clinic.ada])


async def test_a_service_that_names_nobody_is_served_by_anybody(clinic: World) -> None:
    anywhere = await add_service(clinic.ctx(), ServicePatch(title="Meeting"))
    everybody = [resource.id for resource in await list_resources(clinic.ctx()) if resource.kind != "inventory"]
    assert [resource.id for resource in await resources_of(clinic.ctx(), anywhere.id)] == everybody
    assert [resource.id for resource in await resources_of(clinic.ctx(), clinic.physio)] == [clinic.ada]


async def test_the_journal_tells_who_serves_a_service(clinic: World) -> None:
    (added, named) = await told(clinic, "service", clinic.physio)
    assert (added[0], named[0], named[1]) == ("add", "serve", {"serving": []})
    assert [one["resource_id"] for one in named[2]["serving"]] == [clinic.ada]


async def test_a_service_steps_as_long_as_it_lasts(clinic: World) -> None:
    assert [(s.title, s.duration, s.step) for s in await list_services(clinic.ctx())] == [
        ("Massage", 60, 60),
        ("Physio", 45, 45),
        ("Sauna visit", 60, 60),
        ("Yoga", 60, 60),
    ]


async def test_times_out_of_bounds_are_refused(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await add_service(clinic.ctx(), ServicePatch(title="Nap", duration=0, buffer_after=-5))
    assert [fault.field for fault in refused.value.faults] == ["duration", "step", "buffer_after"]


async def test_ada_works_from_eight_to_four_in_oslo(clinic: World) -> None:
    eight = datetime(2027, 3, 1, 7, tzinfo=UTC)
    assert list(open_spans(await hours(clinic, clinic.ada), MONDAY)) == [Span(eight, eight + timedelta(hours=8))]


async def test_a_closed_hall_closes_its_parts_only(clinic: World) -> None:
    await close(clinic, NOW.date(), resource_id=clinic.hall)
    assert not open_spans(await hours(clinic, clinic.left), Span(NOW, NOW + timedelta(hours=1)))
    assert open_spans(await hours(clinic, clinic.sauna), Span(NOW, NOW + timedelta(hours=1)))


async def test_a_closed_site_closes_all(clinic: World) -> None:
    await close(clinic, NOW.date(), site_id=clinic.site)
    assert not open_spans(await hours(clinic, clinic.ada), Span(NOW, NOW + timedelta(hours=1)))


async def test_parts_keep_the_hours_of_the_whole(clinic: World) -> None:
    barn = await add_resource(clinic.ctx(), ResourcePatch(title="Barn"), [Opening(1, 600, 720)])
    stall = await add_resource(clinic.ctx(), ResourcePatch(title="Stall", parent_id=barn.id))
    eleven = datetime(2027, 3, 1, 10, tzinfo=UTC)
    assert (await hours(clinic, stall.id)).openings == (Opening(1, 600, 720),)
    (found,) = open_spans(await hours(clinic, stall.id), MONDAY)
    assert found == Span(eleven - timedelta(hours=1), eleven + timedelta(hours=1))


async def test_a_site_keeps_the_holidays_of_its_calendar(clinic: World) -> None:
    calendar = await clinic.db.fetchval(
        "insert into holiday_calendar (account_id, name, country) values ($1, 'Norway', 'NO') returning id",
        clinic.account.id,
    )
    await clinic.db.execute("insert into holiday values ($1, $2, $3, 'Party')", clinic.account.id, calendar, NOW.date())
    await clinic.db.execute("update site set holiday_calendar_id = $1 where id = $2", calendar, clinic.site)
    known = (await hours(clinic, clinic.ada)).holidays
    assert known is not None
    assert (known.country, known.days) == ("NO", ((NOW.date(), "Party"),))
    assert not open_spans(await hours(clinic, clinic.ada), Span(NOW, NOW + timedelta(hours=1)))
