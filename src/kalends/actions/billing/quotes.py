"""What bookings cost."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.bookings.book import preview
from kalends.actions.bookings.suggest import as_seen, suggested
from kalends.actions.catalog.prices import list_prices
from kalends.actions.context import Context
from kalends.engine.billing.quote import Quote, RequestQuote, Tariff, quote, with_taxes
from kalends.engine.bookings.own import proven_contact
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.refusals import (
    Barred,
    Closed,
    Full,
    NotServed,
    OffStep,
    Retired,
    TooFar,
    TooMany,
    TooSoon,
    Unreachable,
)
from kalends.engine.time.clock import zone
from kalends.store.catalog.resources import find_resources
from kalends.store.catalog.services import find_own_prices, find_services
from kalends.store.catalog.sites import find_sites

_TURNED_DOWN = (Barred, Closed, NotServed, OffStep, Retired, TooFar, TooMany, TooSoon, Unreachable)


@allow("read", "customer", "guest", "practitioner")
async def quotes(ctx: Context, bookings: Sequence[BookingWithItems]) -> list[Quote]:
    """What each of these bookings costs its customer now; to guests whose link does not prove that they are reached as
    the customer is, what it costs everybody, as a price of some would tell that the customer is known."""
    tariff = await load_tariff(ctx)
    return [quote(_as_told(ctx, booking), tariff, ctx.now) for booking in bookings]


def _as_told(ctx: Context, booking: BookingWithItems) -> BookingWithItems:
    if ctx.principal.kind != "guest" or proven_contact(ctx.principal, booking.customer):
        return booking
    return msgspec.structs.replace(booking, customer=None)


@allow("book", "customer", "practitioner")
async def quote_request(ctx: Context, request: BookingRequest) -> RequestQuote:
    """What `book` would make of a request now, and what that would cost; nothing is written or held.

    A request that would be refused has its refusal instead of a price. Raises what `book` raises for what can't be
    booked at any time: NotFound, Invalid, Forbidden, Several, TooManyOccurrences, Duplicate, Stale.
    """
    try:
        booked = await preview(ctx, request)
    except Full as full:
        return RequestQuote(refusal=await as_seen(ctx, await suggested(ctx, request, full)))
    except _TURNED_DOWN as refusal:
        return RequestQuote(refusal=refusal)
    whole = BookingWithItems(booked.booking, booked.customer, booked.items)
    return RequestQuote(booked, quote(whole, await load_tariff(ctx), ctx.now))


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
        await find_own_prices(ctx.db, account_id),
    )
