"""Resources: the people, rooms and equipment that bookings occupy, with their parts."""

from kalends.actions.catalog.custom_fields import list_categories, list_fields, list_values
from kalends.actions.catalog.described import add_described_resource, change_described_resource
from kalends.actions.catalog.resources import get_resource, get_tree, list_resources
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.console.fields import query_fields
from kalends.console.handlers.prices import prices_section
from kalends.console.records import Parts, Records
from kalends.console.values import Values
from kalends.console.views.forms import own_name
from kalends.console.views.records import Page, Section
from kalends.console.views.resources import (
    PATH,
    Around,
    SentResource,
    parts_table,
    resource_fields,
    resources_table,
    sent_resource,
)
from kalends.console.views.tables import Table
from kalends.engine.catalog.resource import DEEPEST, Resource
from kalends.web.door import WebRequest


async def _table(request: WebRequest, ctx: Context, with_inactive: bool) -> Table:
    return resources_table(await list_resources(ctx, with_inactive), await list_sites(ctx))


async def _fields(request: WebRequest, ctx: Context, resource: Resource | None) -> Parts:
    around = Around(
        sites=[site for site in await list_sites(ctx) if site.active or (resource and resource.site_id == site.id)],
        resources=await list_resources(ctx),
        categories=await list_categories(ctx),
        custom=await list_fields(ctx),
        stored={} if resource is None else (await list_values(ctx, [resource.id])).get(resource.id, {}),
    )
    return resource_fields(resource, around, query_fields(request, "site", "parent", "kind"))


async def _parse(ctx: Context, values: Values, resource: Resource | None) -> SentResource:
    return sent_resource(values, resource, await list_fields(ctx))


async def _save(ctx: Context, resource: Resource | None, sent: SentResource) -> Resource:
    if resource is None:
        return (await add_described_resource(ctx, sent.patch, sent.values)).record
    return (await change_described_resource(ctx, resource.id, sent.patch, sent.values)).record


async def _sections(request: WebRequest, ctx: Context, resource: Resource) -> list[Section]:
    parts = [each for each in (await get_tree(ctx, resource.id)).parts if each.parent_id == resource.id]
    add = f"{PATH}/new?parent={resource.id}&kind={resource.kind}" if len(resource.path) < DEEPEST else ""
    prices = await prices_section(request, ctx, resource_id=resource.id)
    if resource.kind == "person":
        return [prices]
    return [Section(parts_table(parts), add, "resources.new_part", "resources.parts_hint"), prices]


RESOURCES = Records(
    path=PATH,
    title="resources.list",
    new_title="resources.new",
    hint="resources.hint",
    table=_table,
    get=get_resource,
    name=lambda resource: own_name(resource.title),
    fields=_fields,
    parse=_parse,
    save=_save,
    adds=add_described_resource,
    sections=_sections,
    pages=lambda resource: (Page("hours.title", f"{PATH}/{resource.id}/hours"),),
    names={"resource": "parent_id", "site": "site_id", "category": "category_id", "valid_until": "last_day"},
)
