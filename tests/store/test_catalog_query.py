"""Sites, services, resources and invoices by their fields; what a door keeps of them in details, too."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kalends.actions.accounts.users import create_user
from kalends.actions.billing.correct import cancel_invoice
from kalends.actions.billing.invoices import pay_invoice
from kalends.actions.billing.query import query_invoices, standings_of, subjects_of
from kalends.actions.catalog.prices import set_prices
from kalends.actions.catalog.query import query_resources, query_services, query_sites, services_at
from kalends.actions.catalog.resources import change_resource
from kalends.actions.catalog.services import change_service, remove_service
from kalends.actions.catalog.sites import add_site
from kalends.engine.billing.invoice import STANDINGS, InvoiceSubject
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.query import Filter, OffsetPage, Operator, Query, Sort
from kalends.engine.refusals import Fault, Invalid
from tests.acts import book_item, issue_invoice
from tests.desk import SOON, visit
from tests.world import World, at_sites

DOOR = "front"


def asking(*conditions: tuple[str, Operator, Any], by: str = "id") -> Query:
    return Query(OffsetPage(100), tuple(Filter(*condition) for condition in conditions), (Sort(by),))


async def services(clinic: World, *conditions: tuple[str, Operator, Any], by: str = "id") -> list[int]:
    page = await query_services(clinic.ctx(), asking(*conditions, by=by))
    assert page.total == len(page.rows)
    return [service.id for service in page.rows]


async def resources(clinic: World, *conditions: tuple[str, Operator, Any]) -> list[int]:
    return [row.id for row in (await query_resources(clinic.ctx(), asking(*conditions))).rows]


async def test_services_by_who_serves_them_and_when_they_were_archived(clinic: World) -> None:
    assert await services(clinic, ("resource_ids", "has", clinic.ada)) == [clinic.massage, clinic.physio]
    assert await services(clinic, ("resource_ids", "has", clinic.projectors)) == []
    await remove_service(clinic.ctx(), clinic.physio)
    assert await services(clinic, ("archived_at", "not_null", None)) == [clinic.physio]
    everybody = await change_service(clinic.ctx(), clinic.yoga, ServicePatch(served_by_all=True, public=False))
    assert everybody.id in await services(clinic, ("resource_ids", "has", clinic.bo))
    assert await services(clinic, ("public", "equal", False)) == [clinic.yoga]


async def test_what_a_door_keeps_in_details_is_found(clinic: World) -> None:
    kept = {
        clinic.massage: {"category": "Relax", "template_ids": ["7", "12"]},
        clinic.physio: {"category": "Treat", "template_ids": []},
        clinic.yoga: {"category": None, "template_ids": "12"},
        clinic.sauna_visit: {"category": 12},
    }
    for service_id, fields in kept.items():
        await change_service(clinic.ctx(), service_id, ServicePatch(details={DOOR: fields}))
    category, templates = f"details.{DOOR}.category", f"details.{DOOR}.template_ids"
    assert await services(clinic, (category, "equal", "Treat")) == [clinic.physio]
    assert await services(clinic, (category, "contains", "rel")) == [clinic.massage]
    assert await services(clinic, (category, "in", ["12", "Relax"])) == [clinic.massage, clinic.sauna_visit]
    assert await services(clinic, (category, "is_null", None)) == [clinic.yoga]
    assert await services(clinic, (templates, "has", "12")) == [clinic.massage, clinic.yoga]
    assert await services(clinic, ("details.other.template_ids", "has", "12")) == []
    by_category = await services(clinic, (category, "not_null", None), by=category)
    assert by_category == [clinic.sauna_visit, clinic.massage, clinic.physio]


@pytest.mark.parametrize("field", ["details", "details.front", "details.front.a.b", "details.a'b.c"])
async def test_nothing_else_of_details_can_be_asked(clinic: World, field: str) -> None:
    for query in (Query(OffsetPage(1), (Filter(field, "equal", "x"),)), Query(OffsetPage(1), (), (Sort(field),))):
        with pytest.raises(Invalid) as no:
            await query_services(clinic.ctx(), query)
        assert no.value.faults == (Fault(field, "unsupported"),)


async def test_resources_by_site_user_and_service(clinic: World) -> None:
    user, _ = await create_user(clinic.ctx(), "ada@example.org", "staff", "Ada")
    await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(user_id=user.id))
    assert await resources(clinic, ("user_id", "equal", user.id)) == [clinic.ada]
    assert await resources(clinic, ("service_ids", "has", clinic.massage)) == [clinic.ada, clinic.bo]
    assert await resources(clinic, ("kind", "equal", "person"), ("site_id", "equal", clinic.site)) == [
        clinic.ada,
        clinic.bo,
    ]
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(active=False))
    assert await resources(clinic, ("in_use", "equal", False)) == [clinic.bo]


async def test_sites_by_what_is_offered_there(clinic: World) -> None:
    annex = await add_site(clinic.ctx(), SitePatch(name="Annex"))
    offered = {clinic.massage, clinic.physio, clinic.sauna_visit, clinic.yoga}
    assert await services_at(clinic.ctx(), [clinic.site, annex.id]) == {clinic.site: sorted(offered), annex.id: []}
    for service_id, sites in ((clinic.massage, [clinic.site]), (10**9, [])):
        page = await query_sites(clinic.ctx(), asking(("service_ids", "has", service_id)))
        assert [site.id for site in page.rows] == sites
    elsewhere = at_sites(clinic.ctx(), frozenset({annex.id}))
    assert [site.id for site in (await query_sites(elsewhere, asking())).rows] == [annex.id]
    assert await services_at(elsewhere, [clinic.site, annex.id]) == {annex.id: []}
    assert (await query_resources(elsewhere, asking())).total == 0


async def test_invoices_by_what_they_are_about_and_how_they_stand(clinic: World) -> None:
    ctx = clinic.ctx()
    await set_prices(ctx, [Price(per="booking", amount=Decimal(100), tax_rate=Decimal(25))], resource_id=clinic.ada)
    views = [await book_item(ctx, visit(clinic, starts_at=SOON + timedelta(hours=nr))) for nr in range(3)]
    invoices = [await issue_invoice(ctx, [view.item.booking_id]) for view in views]
    await pay_invoice(clinic.ctx(clinic.now + timedelta(hours=1)), invoices[1].id, clinic.now)
    cancelled = await cancel_invoice(ctx, invoices[2].id)

    async def found(*conditions: tuple[str, Operator, Any]) -> list[int]:
        return [invoice.id for invoice in (await query_invoices(ctx, asking(*conditions))).rows]

    rows = (await query_invoices(ctx, asking())).rows
    assert [invoice.standing for invoice in rows] == ["open", "paid", "closed", "closed"]
    for number, standing in enumerate(STANDINGS, 1):
        assert await found(("standing", "equal", number)) == [row.id for row in rows if row.standing == standing]
    for row in rows:
        same = await found(("digits", "equal", row.link.number.digits), ("changed_at", "equal", row.changed_at))
        assert row.id in same
    assert await found(("item_ids", "has", views[2].item.id)) == [invoices[2].id, cancelled.id]
    assert await found(("occupancy_id", "equal", views[0].item.id)) == [invoices[0].id]
    assert await found(("issued_on", "equal", ctx.today), ("customer_id", "equal", clinic.ola)) == []
    assert len(await found(("person_id", "equal", clinic.ada), ("site_id", "equal", clinic.site))) == 4
    about = InvoiceSubject(views[2].item.id, None, clinic.ada, clinic.site)
    assert (await subjects_of(ctx, rows))[cancelled.id] == about
    ids = [view.item.id for view in views]
    assert await standings_of(ctx, [*ids, 10**9]) == dict(zip(ids, ["open", "paid", "closed"], strict=True))
    assert (await query_invoices(at_sites(ctx, frozenset({10**9})), asking())).rows == []
