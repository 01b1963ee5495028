"""What can be booked at the site of a page."""

from collections.abc import Sequence

from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services_of
from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.new_booking import Offered
from kalends.engine.availability.companions import serves_besides
from kalends.engine.catalog.resource import Resource


async def load_offered(ctx: Context, at: AtSite, kinds: Sequence[str] = ("appointment",)) -> Offered:
    """The services of these kinds, and who and what can be booked."""
    serving = {(each.service_id, each.resource_id) for each in await list_assignments(ctx)}
    services, here = await list_services_of(ctx, kinds), await _here(ctx, at)
    beside = [each for each in here if any(serves_besides(ctx.principal, service, each) for service in services)]
    return Offered(services, _own(ctx, here), serving, beside)


async def bookable_at(ctx: Context, at: AtSite) -> list[Resource]:
    """The resources of the site, for practitioners themselves; but for inventory, as that only goes with others."""
    return _own(ctx, await _here(ctx, at))


async def _here(ctx: Context, at: AtSite) -> list[Resource]:
    return [each for each in await list_resources(ctx) if each.site_id == at.site.id and each.kind != "inventory"]


def _own(ctx: Context, resources: Sequence[Resource]) -> list[Resource]:
    return [each for each in resources if ctx.principal.sees_resources(each.id)]
