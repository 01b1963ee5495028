"""What can be booked at the site of a page."""

from collections.abc import Sequence

from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services_of
from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.new_booking import Offered


async def load_offered(ctx: Context, at: AtSite, kinds: Sequence[str] = ("appointment",)) -> Offered:
    """The services of these kinds, and the resources of the site but for inventory, which only goes with others."""
    resources = [each for each in await list_resources(ctx) if each.site_id == at.site.id and each.kind != "inventory"]
    serving = {(each.service_id, each.resource_id) for each in await list_assignments(ctx)}
    return Offered(await list_services_of(ctx, kinds), resources, serving)
