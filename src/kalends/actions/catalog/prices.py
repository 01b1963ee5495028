"""Price rules, and the groups of customers that they tell apart."""

from collections.abc import Iterable, Sequence

import msgspec

from kalends.actions.access import allow, check_whole_account
from kalends.actions.catalog.resources import lock_resource
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save_images
from kalends.engine.catalog.category import unique_title
from kalends.engine.catalog.price import Price, checked_prices
from kalends.engine.customers.customer import CustomerGroup
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import rows
from kalends.store.catalog import prices as store
from kalends.store.catalog.services import lock_service
from kalends.store.ids import next_ids


@allow("read")
async def list_prices(ctx: Context) -> list[Price]:
    """All price rules of the account, in the order in which they count."""
    return await store.find_prices(ctx.db, ctx.account.id)


def rules_of(prices: Iterable[Price], resource_id: int | None = None, service_id: int | None = None) -> list[Price]:
    """Those of the price rules that are of one resource or of one service."""
    return [price for price in prices if (price.resource_id, price.service_id) == (resource_id, service_id)]


@allow("read")
async def list_groups(ctx: Context) -> list[CustomerGroup]:
    """The account's groups of customers, the oldest first."""
    return await store.find_groups(ctx.db, ctx.account.id)


@allow("manage", whole_account=True)
async def add_group(ctx: Context, title: str) -> CustomerGroup:
    """A new group of customers. Raises Forbidden to a key that is limited to sites, Invalid(title: blank or too_long),
    Duplicate(title)."""
    async with transaction(ctx) as tx:
        (group_id,) = await next_ids(tx.db, "customer_group")
        group = CustomerGroup(ctx.account.id, group_id, unique_title(title))
        await add(tx, group)
    return group


@allow("manage")
async def set_prices(
    ctx: Context, prices: Sequence[Price], *, resource_id: int | None = None, service_id: int | None = None
) -> list[Price]:
    """Replace the price rules of one resource or of one service; answers them as store. The same again changes nothing.

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
            await lock_resource(tx, resource_id)
        elif await lock_service(tx.db, ctx.account.id, service_id or 0) is None:
            raise NotFound("service", service_id)
        prices = checked_prices(prices, {group.id for group in await list_groups(tx)})
        present = rules_of(await list_prices(tx), resource_id, service_id)
        ids = await next_ids(tx.db, "price", len(prices))
        wanted = [
            msgspec.structs.replace(
                price, account_id=ctx.account.id, id=price_id, resource_id=resource_id, service_id=service_id
            )
            for price_id, price in zip(ids, prices, strict=True)
        ]
        subject = ("service", service_id or 0) if resource_id is None else ("resource", resource_id)

        async def write() -> None:
            await store.remove_prices(tx.db, ctx.account.id, resource_id, service_id)
            await rows.insert(tx.db, *wanted)

        changed = await save_images(tx, "price", subject, _image(present), _image(wanted), write)
    return wanted if changed else present


def _image(prices: Sequence[Price]) -> dict[str, object]:
    """The rules as the journal has them, which names whose they are beside them."""
    names = ("title", "per", "amount", "tax_rate", "group_ids")
    return {"prices": [{name: getattr(price, name) for name in names} for price in prices]}
