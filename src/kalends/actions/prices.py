"""What things cost: the rules, the groups of customers that they tell apart, and what a booking comes to."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from kalends.actions.access import allow, check_whole_account
from kalends.actions.context import Context, transaction
from kalends.actions.noting import note, note_images
from kalends.actions.resources import held_resource
from kalends.engine import pricing
from kalends.engine.catalogue import LONGEST_TITLE, kept_title
from kalends.engine.listing import BookingWithItems
from kalends.engine.money import HUNDRED
from kalends.engine.people import CustomerGroup
from kalends.engine.pricing import PERS, Price, Quote, Tariff
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import prices as kept
from kalends.store.catalogue import find_services, lock_service
from kalends.store.resources import find_resources

_BOUNDS = (("amount", Decimal(10**10), 4), ("tax_rate", HUNDRED + Decimal("0.001"), 3))
"""Below which a value stays, and how many decimals are kept of it."""


@allow("read")
async def list_prices(ctx: Context) -> list[Price]:
    """All price rules of the account, in the order in which they count."""
    return await kept.find_prices(ctx.db, ctx.account.id)


def rules_of(prices: Iterable[Price], resource_id: int | None = None, service_id: int | None = None) -> list[Price]:
    """Those of the price rules that are of one resource or of one service."""
    return [price for price in prices if (price.resource_id, price.service_id) == (resource_id, service_id)]


@allow("read")
async def list_groups(ctx: Context) -> list[CustomerGroup]:
    """The account's groups of customers, the oldest first."""
    return await kept.find_groups(ctx.db, ctx.account.id)


@allow("manage", whole_account=True)
async def add_group(ctx: Context, title: str) -> CustomerGroup:
    """A new group of customers. Raises Forbidden to a key that is limited to sites, Invalid(title: blank or too_long),
    Duplicate(title)."""
    async with transaction(ctx) as tx:
        group = await kept.add_group(tx.db, ctx.account.id, kept_title(title))
        await note(tx, "add", None, group)
    return group


@allow("manage")
async def set_prices(
    ctx: Context, prices: Sequence[Price], *, resource_id: int | None = None, service_id: int | None = None
) -> list[Price]:
    """Replace the price rules of one resource or of one service; answers them as kept. The same again changes nothing.

    Of the rules only title, per, amount, tax_rate and group_ids are looked at; of those that fit a customer the first
    counts. Raises NotFound(resource or service), Invalid(per, amount, tax_rate, group_ids), and for those of a service
    Forbidden to a key that is limited to sites.
    """
    if service_id is not None:
        check_whole_account(ctx)
    if (resource_id is None) == (service_id is None):
        raise Invalid(Fault("resource_id", "blank"))
    async with transaction(ctx) as tx:
        if resource_id is not None:
            await held_resource(tx, resource_id)
        elif await lock_service(tx.db, ctx.account.id, service_id or 0) is None:
            raise NotFound("service", service_id)
        _check(prices, {group.id for group in await list_groups(tx)})
        given = {"account_id": ctx.account.id, "resource_id": resource_id, "service_id": service_id}
        before = rules_of(await list_prices(tx), resource_id, service_id)
        wanted = [msgspec.structs.replace(price, **given) for price in prices]
        if _told(before) == _told(wanted):
            return before
        await kept.save_prices(tx.db, ctx.account.id, resource_id, service_id, wanted)
        after = rules_of(await list_prices(tx), resource_id, service_id)
        subject = ("service", service_id or 0) if resource_id is None else ("resource", resource_id)
        await note_images(tx, "price", *subject, _told(before), _told(after))
    return after


@allow("read")
async def quotes(ctx: Context, many: Sequence[BookingWithItems]) -> list[Quote]:
    """What each of these bookings costs its customer now."""
    tariff = await _tariff(ctx)
    return [pricing.quote(ordered, tariff, ctx.now) for ordered in many]


async def _tariff(ctx: Context) -> Tariff:
    resources = {resource.id: resource for resource in await find_resources(ctx.db, ctx.account.id)}
    services = {service.id: service for service in await find_services(ctx.db, ctx.account.id)}
    return Tariff(ctx.account.currency, ctx.zone, tuple(await list_prices(ctx)), resources, services)


def _check(prices: Sequence[Price], group_ids: set[int]) -> None:
    faults: list[Fault] = []
    for price in prices:
        faults += [] if price.per in PERS else [Fault("per", "unknown")]
        faults += [] if len(price.title) <= LONGEST_TITLE else [Fault("title", "too_long")]
        faults += [] if group_ids.issuperset(price.group_ids or ()) else [Fault("group_ids", "unknown")]
        for name, bound, decimals in _BOUNDS:
            value = getattr(price, name)
            if not value.is_finite() or not 0 <= value < bound or value != round(value, decimals):
                faults.append(Fault(name, "out_of_range"))
    if faults:
        raise Invalid(*dict.fromkeys(faults))


def _told(prices: Sequence[Price]) -> dict[str, Any]:
    """The rules as the journal keeps them: whose they are is told beside them."""
    names = ("title", "per", "amount", "tax_rate", "group_ids")
    return {"prices": [{name: getattr(price, name) for name in names} for price in prices]}
