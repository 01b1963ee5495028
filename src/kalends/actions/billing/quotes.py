"""What bookings cost."""

from collections.abc import Sequence

from kalends.actions.access import allow
from kalends.actions.catalog.prices import list_prices
from kalends.actions.context import Context
from kalends.engine.billing import quote
from kalends.engine.billing.quote import Quote, Tariff
from kalends.engine.bookings.views import BookingWithItems
from kalends.store.catalog.resources import find_resources
from kalends.store.catalog.services import find_services


@allow("read")
async def quotes(ctx: Context, many: Sequence[BookingWithItems]) -> list[Quote]:
    """What each of these bookings costs its customer now."""
    tariff = await _tariff(ctx)
    return [quote.quote(ordered, tariff, ctx.now) for ordered in many]


async def _tariff(ctx: Context) -> Tariff:
    resources = {resource.id: resource for resource in await find_resources(ctx.db, ctx.account.id)}
    services = {service.id: service for service in await find_services(ctx.db, ctx.account.id)}
    return Tariff(ctx.account.currency, ctx.zone, tuple(await list_prices(ctx)), resources, services)
