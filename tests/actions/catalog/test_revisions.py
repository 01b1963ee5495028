"""The revision of what is in the catalogue says how often it, or what belongs to it, was changed."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from kalends.actions.availability.exceptions import (
    add_exception,
    change_exception,
    set_resource_exceptions,
    set_site_exceptions,
)
from kalends.actions.availability.hours import set_exception_days
from kalends.actions.catalog.add_ons import add_product, change_product
from kalends.actions.catalog.assignments import add_assignment, change_assignment, remove_assignment
from kalends.actions.catalog.custom_fields import add_field, change_field, set_service_values, set_values
from kalends.actions.catalog.inventory import set_inventory_resources
from kalends.actions.catalog.price_rules import add_price, change_price
from kalends.actions.catalog.prices import set_prices
from kalends.actions.catalog.resources import change_resource, get_resource, remove_resource
from kalends.actions.catalog.services import add_service, get_service, remove_service, set_overrides
from kalends.actions.catalog.sites import add_site, change_site, get_site
from kalends.actions.context import Context
from kalends.engine.availability.exception_entry import ExceptionPatch
from kalends.engine.availability.openings import Opening, OpeningException
from kalends.engine.catalog.add_on import AddOnPatch
from kalends.engine.catalog.assignment import ServiceAssignmentPatch, ServiceOverride
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.price import Price, PricePatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.refusals import Outdated
from kalends.engine.version import Expected, kind_of, version_of
from tests.desk import broken, told
from tests.world import World

MONDAY = date(2027, 3, 1)
NEXT_MONDAY = date(2027, 3, 8)
ADA = ResourcePatch(title="Ada L.")
SHUT = OpeningException(MONDAY, NEXT_MONDAY, title="Away")
MORNING = Opening(1, 480, 720)


def expecting(ctx: Context, record: Any) -> Context:
    """The same request by somebody who has read the record as it is here."""
    expected = Expected(kind_of(record), record.id, frozenset({version_of(record)}))
    return msgspec.structs.replace(ctx, expected=expected)


async def test_each_change_is_the_next_revision_and_what_changes_nothing_is_none(clinic: World) -> None:
    assert (await get_resource(clinic.ctx(), clinic.ada)).revision == 0
    for title in ("Ada L.", "Ada L.", "Ada"):
        ada = await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(title=title))
    assert ada.revision == 2
    assert await get_resource(clinic.ctx(), clinic.ada) == ada
    assert len(await told(clinic, "resource", clinic.ada)) == 3


async def test_only_what_is_as_expected_is_changed(clinic: World) -> None:
    ctx = clinic.ctx()
    field = await add_field(ctx, CustomFieldPatch(title="Floor"))
    away = await add_exception(ctx, ExceptionPatch(day_from=MONDAY, day_until=NEXT_MONDAY), resource_id=clinic.bo)
    price = await add_price(ctx, PricePatch(per="day", amount=Decimal(5)), resource_id=clinic.hall)
    tea = await add_product(ctx, AddOnPatch(title="Tea"))
    changes: list[tuple[Any, Callable[[Context], Awaitable[object]]]] = [
        (await get_resource(ctx, clinic.ada), lambda tx: change_resource(tx, clinic.ada, ADA, [MORNING])),
        (await get_resource(ctx, clinic.sauna), lambda tx: remove_resource(tx, clinic.sauna)),
        (await get_site(ctx, clinic.site), lambda tx: change_site(tx, clinic.site, SitePatch(city="Oslo"))),
        (field, lambda tx: change_field(tx, field.id, CustomFieldPatch(title="Level"))),
        (await get_service(ctx, clinic.yoga), lambda tx: set_overrides(tx, clinic.yoga, ())),
        (await get_service(ctx, clinic.massage), lambda tx: remove_service(tx, clinic.massage)),
        (tea.thing, lambda tx: change_product(tx, tea.thing.id, AddOnPatch(title="Chai", resource_ids=(clinic.hall,)))),
        (away, lambda tx: change_exception(tx, away.id, ExceptionPatch(title="Away"))),
        (price, lambda tx: change_price(tx, price.id, PricePatch(amount=Decimal(6)))),
    ]
    for record, change in changes:
        await change(expecting(ctx, record))
        with pytest.raises(Outdated):
            await change(expecting(ctx, record))
    assert await broken(clinic) == []


async def test_what_belongs_to_a_resource_is_part_of_its_revision(clinic: World) -> None:
    ctx = clinic.ctx()
    field = await add_field(ctx, CustomFieldPatch(title="Floor"))
    changes: list[Callable[[], Awaitable[object]]] = [
        lambda: change_resource(ctx, clinic.projectors, ResourcePatch(), [MORNING]),
        lambda: change_resource(ctx, clinic.projectors, ResourcePatch(title="Beamers"), []),
        lambda: set_resource_exceptions(ctx, clinic.projectors, [SHUT]),
        lambda: set_exception_days(ctx, clinic.projectors, {MONDAY: [(480, 720)]}),
        lambda: set_values(ctx, clinic.projectors, {field.id: "2"}),
        lambda: set_prices(ctx, [Price(amount=Decimal(5))], resource_id=clinic.projectors),
        lambda: set_inventory_resources(ctx, clinic.projectors, [clinic.hall]),
    ]
    revisions = [0]
    for change in changes:
        await change()
        revisions.append((await get_resource(ctx, clinic.projectors)).revision)
    assert revisions == sorted(set(revisions))
    assert revisions[-1] == len(await told(clinic, "resource", clinic.projectors)) - 1
    assert await broken(clinic) == []


async def test_a_site_and_its_exceptions(clinic: World) -> None:
    site = await add_site(clinic.ctx(), SitePatch(name="North"))
    await set_site_exceptions(clinic.ctx(), site.id, [SHUT])
    assert (await get_site(clinic.ctx(), site.id)).revision == 1
    assert await broken(clinic) == []


async def test_who_serves_a_service_is_part_of_its_revision(clinic: World) -> None:
    ctx = clinic.ctx()
    service = await add_service(ctx, ServicePatch(title="Swim"), [clinic.ada])
    assert service.revision == 1
    await set_overrides(ctx, service.id, [ServiceOverride(ctx.account.id, service.id, clinic.bo)])
    assignment = await add_assignment(ctx, ServiceAssignmentPatch(service_id=service.id, resource_id=clinic.ada))
    assert (await get_service(ctx, service.id)).revision == 3
    await change_assignment(ctx, assignment.id, ServiceAssignmentPatch(duration=20))
    await change_assignment(ctx, assignment.id, ServiceAssignmentPatch(position=20))
    await remove_assignment(ctx, assignment.id)
    assert (await get_service(ctx, service.id)).revision == 5
    field = await add_field(ctx, CustomFieldPatch(title="Level", subject="service"))
    await set_service_values(ctx, service.id, {field.id: "2"})
    await set_prices(ctx, [Price(amount=Decimal(5))], service_id=service.id)
    assert (await get_service(ctx, service.id)).revision == 7
    assert await broken(clinic) == []


async def test_parts_go_with_the_whole_and_the_journal_tells(clinic: World) -> None:
    site = await add_site(clinic.ctx(), SitePatch(name="North"))
    await change_resource(clinic.ctx(), clinic.hall, ResourcePatch(site_id=site.id))
    for part in (clinic.left, clinic.right):
        resource = await get_resource(clinic.ctx(), part)
        assert (resource.site_id, resource.revision) == (site.id, 1)
        assert (await told(clinic, "resource", part))[-1] == ("change", {"site_id": clinic.site}, {"site_id": site.id})
    assert await broken(clinic) == []
