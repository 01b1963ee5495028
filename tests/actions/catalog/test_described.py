"""Resources and services together with their values of custom fields, and who serves a service."""

from decimal import Decimal

import pytest

from kalends.actions.catalog.custom_fields import add_field, get_field
from kalends.actions.catalog.described import (
    add_described_resource,
    add_described_service,
    change_described_resource,
    change_described_service,
    get_described_resource,
    get_described_service,
    query_described_resources,
    query_described_services,
)
from kalends.actions.catalog.query import query_fields
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.serving import get_providers, set_providers
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.custom_field import CustomField, CustomFieldPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.query import CursorPage, Filter, Query, Sort
from kalends.engine.refusals import Duplicate, Fault, Invalid, NotFound
from tests.desk import broken
from tests.world import World


async def field_of(clinic: World, subject: str) -> CustomField:
    return await add_field(clinic.ctx(), CustomFieldPatch(title="Floor", kind="numeric", subject=subject))


async def test_a_resource_and_its_values_are_one(clinic: World) -> None:
    floor = await field_of(clinic, "resource")
    room = await add_described_resource(clinic.ctx(), ResourcePatch(title="Loft"), {floor.id: 3})
    assert (room.record.title, room.values, room.record.revision) == ("Loft", {floor.id: "3"}, 1)
    assert await get_described_resource(clinic.ctx(), room.record.id) == room
    named = Query(CursorPage(10), (Filter("title", "equal", "Loft"),), (Sort("position"),))
    assert (await query_described_resources(clinic.ctx(), named)).rows == [room]
    changed = await change_described_resource(clinic.ctx(), room.record.id, ResourcePatch(notes="x"), {floor.id: None})
    assert (changed.values, changed.record.revision) == ({}, 3)
    assert await broken(clinic) == []


async def test_neither_is_written_without_the_other(clinic: World) -> None:
    floor = await field_of(clinic, "resource")
    before = await list_resources(clinic.ctx())
    with pytest.raises(Invalid):
        await add_described_resource(clinic.ctx(), ResourcePatch(title="Loft"), {floor.id: "high"})
    with pytest.raises(NotFound):
        await change_described_resource(clinic.ctx(), clinic.hall, ResourcePatch(title="X"), {999_999: "1"})
    assert await list_resources(clinic.ctx()) == before


async def test_a_service_and_its_values_are_one(clinic: World) -> None:
    floor = await field_of(clinic, "service")
    service = await add_described_service(clinic.ctx(), ServicePatch(title="Swim"), {floor.id: 1})
    assert await get_described_service(clinic.ctx(), service.record.id) == service
    named = Query(CursorPage(10), (Filter("title", "equal", "Swim"),), (Sort("position"),))
    assert (await query_described_services(clinic.ctx(), named)).rows == [service]
    changed = await change_described_service(clinic.ctx(), service.record.id, ServicePatch(), {floor.id: "2.5"})
    assert changed.values == {floor.id: "2.5"}


async def test_fields_of_both_are_found(clinic: World) -> None:
    of_resources, of_services = await field_of(clinic, "resource"), await field_of(clinic, "service")
    found = await query_fields(clinic.ctx(), Query(CursorPage(10), (), (Sort("position"),)))
    assert found.rows == [of_resources, of_services]
    assert await get_field(clinic.ctx(), of_services.id) == of_services
    with pytest.raises(NotFound):
        await get_field(clinic.ctx(), 999_999)


async def test_who_serves_a_service_is_replaced(clinic: World) -> None:
    providers = await get_providers(clinic.ctx(), clinic.massage)
    assert [override.resource_id for override in providers.overrides] == [clinic.ada, clinic.bo]
    long = ServiceOverride(0, 0, clinic.bo, duration=90, price=Decimal(50))
    changed = await set_providers(clinic.ctx(), clinic.massage, [long], served_by_all=False)
    assert [(override.resource_id, override.duration) for override in changed.overrides] == [(clinic.bo, 90)]
    assert changed.service.revision > providers.service.revision
    everybody = await set_providers(clinic.ctx(), clinic.massage, [], served_by_all=True)
    assert (everybody.service.served_by_all, everybody.overrides) == (True, ())
    assert await broken(clinic) == []


async def test_who_can_not_serve(clinic: World) -> None:
    too_long = ServiceOverride(0, 0, clinic.bo, duration=0, buffer_before=-1, resource_units=0, price=Decimal(-1))
    with pytest.raises(Invalid) as refused:
        await set_providers(clinic.ctx(), clinic.massage, [too_long], served_by_all=False)
    assert refused.value.faults == tuple(
        Fault(name, "out_of_range") for name in ("duration", "buffer_before", "price", "resource_units")
    )
    twice = [ServiceOverride(0, 0, clinic.bo)] * 2
    with pytest.raises(Duplicate):
        await set_providers(clinic.ctx(), clinic.massage, twice, served_by_all=False)
    with pytest.raises(NotFound):
        await set_providers(clinic.ctx(), clinic.massage, [ServiceOverride(0, 0, 999_999)], served_by_all=False)
