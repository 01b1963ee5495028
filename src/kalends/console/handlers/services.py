"""Services: what can be booked, how long it takes, what it costs and who serves it."""

from collections.abc import Sequence

import msgspec

from kalends.actions.catalog.custom_fields import list_service_fields, list_service_values
from kalends.actions.catalog.described import add_described_service, change_described_service
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import get_service, list_services
from kalends.actions.catalog.serving import get_providers, set_providers
from kalends.actions.context import Context, transaction
from kalends.console.handlers.prices import prices_section
from kalends.console.handlers.providers import providers_section
from kalends.console.handlers.service_texts import texts_section
from kalends.console.pages import language
from kalends.console.records import Parts, Records
from kalends.console.values import Values
from kalends.console.views.forms import own_name
from kalends.console.views.records import Section
from kalends.console.views.services import PATH, SentService, sent_service, service_fields, services_table
from kalends.console.views.tables import Table
from kalends.console.views.times import times_of
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.custom_field import Described
from kalends.engine.catalog.service import Service
from kalends.web.call import call_of
from kalends.web.door import WebRequest


async def _table(request: WebRequest, ctx: Context, with_archived: bool) -> Table:
    times = times_of(ctx, language(call_of(request)))
    return services_table(await list_services(ctx, with_archived), ctx.account.currency, times)


async def _fields(request: WebRequest, ctx: Context, service: Service | None) -> Parts:
    resources, custom = await list_resources(ctx, with_inactive=True), await list_service_fields(ctx)
    if service is None:
        return service_fields(None, resources, (), custom, {}, ctx.zone)
    serving = [override.resource_id for override in (await get_providers(ctx, service.id)).overrides]
    stored = (await list_service_values(ctx, [service.id])).get(service.id, {})
    return service_fields(service, resources, serving, custom, stored, ctx.zone)


async def _parse(ctx: Context, values: Values, service: Service | None) -> SentService:
    return sent_service(values, await list_service_fields(ctx), service, ctx.zone)


async def _save(ctx: Context, service: Service | None, sent: SentService) -> Service:
    """Add or change a service with who serves it: each on the terms that they have for it already."""
    async with transaction(ctx) as tx:
        if service is None:
            saved = await add_described_service(tx, sent.patch, sent.values)
        else:
            saved = await change_described_service(tx, service.id, sent.patch, sent.values)
        return await _serve(msgspec.structs.replace(tx, expected=None), saved, sent.resource_ids)


async def _serve(ctx: Context, saved: Described[Service], resource_ids: Sequence[int] | None) -> Service:
    service = saved.record
    present = {each.resource_id: each for each in (await get_providers(ctx, service.id)).overrides}
    fresh = [ServiceOverride(ctx.account.id, service.id, resource_id) for resource_id in resource_ids or ()]
    overrides = (
        list(present.values()) if resource_ids is None else [present.get(each.resource_id, each) for each in fresh]
    )
    providers = await set_providers(ctx, service.id, overrides, served_by_all=resource_ids is None)
    return providers.service


async def _sections(request: WebRequest, ctx: Context, service: Service) -> list[Section]:
    return [
        await providers_section(request, ctx, service),
        await prices_section(request, ctx, service_id=service.id),
        texts_section(ctx, service),
    ]


SERVICES = Records(
    path=PATH,
    title="services.list",
    new_title="services.new",
    hint="services.hint",
    table=_table,
    get=get_service,
    name=lambda service: own_name(service.title),
    fields=_fields,
    parse=_parse,
    save=_save,
    adds=add_described_service,
    sections=_sections,
    names={"resource": "resource_ids", "valid_until": "last_day"},
)
