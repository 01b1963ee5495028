"""What was agreed with a customer, and stays so when they move it themselves."""

from collections.abc import Iterable, Mapping
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
async def list_agreed_lengths(ctx: Context, visit: Visit) -> tuple[Lengths, ...]:
    """How long each of the services of a visit takes for each of the people, wherever it is moved: a length that is not
    that of the service is kept, as staff made it longer or shorter, or the service has changed since."""
    services = [service_id for service_id in visit.service_ids if service_id is not None]
    overrides = await find_overrides(ctx.db, ctx.account.id, services)
    by_resource = {(override.service_id, override.resource_id): override for override in overrides}
    return tuple(tuple(_length(view, by_resource) for view in views) for views in visit.by_service)


@allow("read", "guest")
async def list_agreed_extras(ctx: Context, visit: Visit) -> list[LinkedAddOn]:
    """The extras of a visit, each with those with whom it can be had. What is not sold any more is left out: it goes
    along with anybody."""
    extras = [extra for view in visit.items for extra in view.item.extras]
    if not extras:
        return []
    stock = await list_linked_add_ons(acting_as(ctx, ctx.actor, None))
    return [add_on for add_on in stock if any(add_on.is_in(extra) for extra in extras)]


def longest(lengths: Iterable[Lengths]) -> Lengths:
    """How long each service takes at most, if that was agreed."""
    return tuple(max(filter(None, of_service), default=None) for of_service in lengths)


def _length(view: ItemView, overrides: Mapping[tuple[int, int], ServiceOverride]) -> timedelta | None:
    """The length of an item, unless it is as long as the service takes with its resource."""
    length, service = view.item.ends_at - view.item.starts_at, view.service
    if service is None:
        return length
    usual = booking_terms(service, overrides.get((service.id, view.item.resource_id or 0))).duration
    return None if usual == length else length
