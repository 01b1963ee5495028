"""What bookings cost."""

from collections.abc import Sequence
from decimal import Decimal

from kalends.actions.access import allow, internal
from kalends.actions.catalog.prices import list_prices
from kalends.actions.context import Context
from kalends.engine.billing.quote import Quote, Tariff, quote, with_taxes
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.time.clock import zone
from kalends.store.catalog.resources import find_resources
from kalends.store.catalog.services import find_services
from kalends.store.catalog.sites import find_sites


@allow("read")
async def quotes(ctx: Context, bookings: Sequence[BookingWithItems]) -> list[Quote]:
    """What each of these bookings costs its customer now."""
    tariff = await load_tariff(ctx)
    return [quote(booking, tariff, ctx.now) for booking in bookings]


@internal
async def total_of(ctx: Context, bookings: Sequence[BookingWithItems]) -> Decimal:
    """What these bookings cost together, with the tax on the sum of all."""
    tariff = await load_tariff(ctx)
    lines = [line for booking in bookings for line in quote(booking, tariff, ctx.now).lines]
    return sum((line.total for line in with_taxes(lines, tariff)), Decimal())


@internal
async def load_tariff(ctx: Context) -> Tariff:
    """All that the account's prices go by now."""
    account_id = ctx.account.id
    return Tariff(
        ctx.account.currency,
        ctx.zone,
        tuple(await list_prices(ctx)),
        {resource.id: resource for resource in await find_resources(ctx.db, account_id)},
        {service.id: service for service in await find_services(ctx.db, account_id)},
        {site.id: zone(site.time_zone) for site in await find_sites(ctx.db, account_id)},
        ctx.account.policy.prices_include_tax,
    )
