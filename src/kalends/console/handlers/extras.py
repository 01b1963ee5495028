"""Extras that can go with bookings: inventory, such as projectors, and services, such as cleaning."""

from functools import partial

from kalends.actions.catalog import add_ons
from kalends.actions.catalog.resources import get_resource, list_resources
from kalends.actions.catalog.services import get_service
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.console.fields import query_fields
from kalends.console.handlers.prices import prices_section
from kalends.console.records import LISTS, Parts, Records
from kalends.console.screens import draw_screen
from kalends.console.values import Values
from kalends.console.views.extras import INVENTORY, PATH, PRODUCTS, extra_fields, extras_table, sent_extra
from kalends.console.views.forms import own_name
from kalends.console.views.records import Section
from kalends.console.views.tables import choices_of
from kalends.engine.catalog.add_on import AddOnPatch
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import NotFound
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """All extras, those of which there is a stock first."""
    which = query_fields(request, "which")["which"]
    extras = await add_ons.list_linked_add_ons(ctx, with_inactive=which == "all")
    titles = {each.id: each.title for each in await list_resources(ctx, with_inactive=True)}
    return await draw_screen(
        request,
        ctx,
        "extras.html",
        table=extras_table(extras, titles, [each.path for each in (STOCK, SERVICES) if each.may_change(ctx)]),
        choices=choices_of(PATH, "which", which, LISTS),
        add_stock=STOCK.may_change(ctx),
        add_service=SERVICES.may_change(ctx),
    )


async def _inventory(ctx: Context, resource_id: int) -> Resource:
    resource = await get_resource(ctx, resource_id)
    if resource.kind != "inventory":
        raise NotFound("inventory", resource_id)
    return resource


async def _product(ctx: Context, service_id: int) -> Service:
    service = await get_service(ctx, service_id)
    if service.kind != "product":
        raise NotFound("product", service_id)
    return service


async def _fields(request: WebRequest, ctx: Context, thing: Resource | Service | None, *, of_stock: bool) -> Parts:
    resources, sites = await list_resources(ctx, with_inactive=True), await list_sites(ctx)
    extra = None
    if thing is not None:
        get = add_ons.get_inventory if of_stock else add_ons.get_product
        extra = await get(ctx, thing.id)
    return extra_fields(extra, resources, sites, of_stock=of_stock)


async def _parse(ctx: Context, values: Values, thing: object, *, of_stock: bool) -> AddOnPatch:
    return sent_extra(values, of_stock=of_stock)


async def _save_stock(ctx: Context, resource: Resource | None, patch: AddOnPatch) -> Resource | Service:
    if resource is None:
        return (await add_ons.add_inventory(ctx, patch)).thing
    return (await add_ons.change_inventory(ctx, resource.id, patch)).thing


async def _save_product(ctx: Context, service: Service | None, patch: AddOnPatch) -> Resource | Service:
    if service is None:
        return (await add_ons.add_product(ctx, patch)).thing
    return (await add_ons.change_product(ctx, service.id, patch)).thing


async def _stock_sections(request: WebRequest, ctx: Context, resource: Resource) -> list[Section]:
    return [await prices_section(request, ctx, resource_id=resource.id)]


async def _product_sections(request: WebRequest, ctx: Context, service: Service) -> list[Section]:
    return [await prices_section(request, ctx, service_id=service.id)]


_NAMES = {"resource": "resource_ids", "site": "site_id", "capacity": "quantity", "notes": "description"}
STOCK = Records(
    path=INVENTORY,
    list_path=PATH,
    title="extras.list",
    new_title="extras.new_stock",
    get=_inventory,
    name=lambda resource: own_name(resource.title),
    fields=partial(_fields, of_stock=True),
    parse=partial(_parse, of_stock=True),
    save=_save_stock,
    adds=add_ons.add_inventory,
    sections=_stock_sections,
    names=_NAMES,
)
SERVICES = Records(
    path=PRODUCTS,
    list_path=PATH,
    title="extras.list",
    new_title="extras.new_service",
    get=_product,
    name=lambda service: own_name(service.title),
    fields=partial(_fields, of_stock=False),
    parse=partial(_parse, of_stock=False),
    save=_save_product,
    adds=add_ons.add_product,
    sections=_product_sections,
    names=_NAMES,
)
