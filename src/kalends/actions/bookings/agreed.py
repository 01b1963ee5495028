"""What was agreed with a customer, and stays so when they move it themselves."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from kalends.actions.access import acting_as, allow
from kalends.actions.catalog.add_ons import list_linked_add_ons
from kalends.actions.context import Context
from kalends.engine.availability.starts import Lengths
from kalends.engine.bookings.terms import booking_terms
from kalends.engine.bookings.views import ItemView
from kalends.engine.bookings.visits import Visit
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.store.catalog.services import find_overrides


@allow("read", "guest")
async def list_agreed_lengths(ctx: Context, visit: Visit) -> Lengths:
    """How long the services of a visit take, wherever it is moved: a length that is not that of the service is kept, as
    staff made it longer or shorter, or the service has changed since."""
    services = [service_id for service_id in visit.service_ids if service_id is not None]
    overrides = await find_overrides(ctx.db, ctx.account.id, services)
    return tuple(_length(views, overrides) for views in visit.by_service)


@allow("read", "guest")
async def list_agreed_extras(ctx: Context, visit: Visit) -> list[LinkedAddOn]:
    """The extras of a visit, each with those with whom it can be had. What is not sold any more is left out: it goes
    along with anybody."""
    extras = [extra for view in visit.items for extra in view.item.extras]
    if not extras:
        return []
    stock = await list_linked_add_ons(acting_as(ctx, ctx.actor, None))
    return [add_on for add_on in stock if any(add_on.is_in(extra) for extra in extras)]


def _length(views: Sequence[ItemView], overrides: Iterable[ServiceOverride]) -> timedelta | None:
    """The length of these items of one service, unless each is as long as the service takes with its resource."""
    by_resource = {(override.service_id, override.resource_id): override for override in overrides}
    length = views[0].item.ends_at - views[0].item.starts_at
    usual = {
        booking_terms(view.service, by_resource.get((view.service.id, view.item.resource_id or 0))).duration
        for view in views
        if view.service is not None
    }
    return None if usual == {length} else length
