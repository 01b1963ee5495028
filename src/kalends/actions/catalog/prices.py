"""Price rules of resources and services, and the customer groups that rules can be limited to."""

from collections.abc import Iterable, Sequence

import msgspec

from kalends.actions.access import allow, check_whole_account, internal
from kalends.actions.catalog.resources import lock_resource
from kalends.actions.context import Context, transaction
from kalends.actions.save import Subject, add, journal_images, save, save_images
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
    """List all price rules of the account; of several that fit, the first applies."""
    return await store.find_prices(ctx.db, ctx.account.id)


def rules_of(prices: Iterable[Price], resource_id: int | None = None, service_id: int | None = None) -> list[Price]:
    """Filter the price rules of one resource or of one service."""
    return [price for price in prices if (price.resource_id, price.service_id) == (resource_id, service_id)]


@allow("read", "practitioner")
async def list_groups(ctx: Context) -> list[CustomerGroup]:
    """List the account's customer groups, oldest first."""
    return await store.find_groups(ctx.db, ctx.account.id)


@allow("read")
async def get_group(ctx: Context, group_id: int) -> CustomerGroup:
    """Return one customer group. Raises NotFound(customer_group)."""
    for group in await list_groups(ctx):
        if group.id == group_id:
            return group
    raise NotFound("customer_group", group_id)


@allow("manage", whole_account=True)
async def add_group(ctx: Context, title: str) -> CustomerGroup:
    """Add a customer group.

    Raises Forbidden to a key that is limited to sites, Invalid(title: blank, invalid, too_long), Duplicate(title).
    """
    async with transaction(ctx) as tx:
        (group_id,) = await next_ids(tx.db, "customer_group")
        group = CustomerGroup(ctx.account.id, group_id, unique_title(title))
        await add(tx, group)
    return group


@allow("manage", whole_account=True)
async def rename_group(ctx: Context, group_id: int, title: str) -> CustomerGroup:
    """Give a customer group another title.

    Raises Forbidden to a key that is limited to sites, NotFound(customer_group), Outdated, Invalid(title: blank,
    invalid, too_long), Duplicate(title).
    """
    async with transaction(ctx) as tx:
        present = await rows.lock(tx.db, CustomerGroup, ctx.account.id, group_id)
        if present is None:
            raise NotFound("customer_group", group_id)
        return await save(tx, present, msgspec.structs.replace(present, title=unique_title(title)))


@allow("manage")
async def set_prices(
    ctx: Context, prices: Sequence[Price], *, resource_id: int | None = None, service_id: int | None = None
) -> list[Price]:
    """Replace all price rules of one resource or of one service; returns the stored rules.

    Name either `resource_id` or `service_id`. Of each rule only title, per, amount, tax_rate, group_ids and exemption
    are used; engine.catalog.price says which rule applies. Equal rules are not written again and keep their ids.

    Raises Forbidden to a key that is limited to sites (rules of a service only), NotFound(resource, service),
    Invalid(resource_id: blank; per, group_ids: unknown; title, exemption: invalid, too_long;
    amount, tax_rate: out_of_range).
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
        replacement = [
            msgspec.structs.replace(
                price, account_id=ctx.account.id, id=price_id, resource_id=resource_id, service_id=service_id
            )
            for price_id, price in zip(ids, prices, strict=True)
        ]

        async def write() -> None:
            await store.remove_prices(tx.db, ctx.account.id, resource_id, service_id)
            await rows.insert(tx.db, *replacement)

        subject = _subject(resource_id, service_id)
        written = await save_images(tx, "price", subject, _image(present), _image(replacement), write)
    return replacement if written else present


@internal
async def journal_prices(
    ctx: Context, before: Iterable[Price], resource_id: int | None = None, service_id: int | None = None
) -> None:
    """Write a journal entry of the rules of one resource or service, which the transaction has locked and changed;
    `before` are the account's rules until then."""
    after = await list_prices(ctx)
    images = (_image(rules_of(prices, resource_id, service_id)) for prices in (before, after))
    await journal_images(ctx, "price", _subject(resource_id, service_id), *images)


def _subject(resource_id: int | None, service_id: int | None) -> Subject:
    return Subject("service", service_id or 0) if resource_id is None else Subject("resource", resource_id)


def _image(prices: Sequence[Price]) -> dict[str, object]:
    """The rules as the journal keeps them: without ids, as the entry names their resource or service."""
    names = ("title", "per", "amount", "tax_rate", "group_ids", "exemption")
    return {"prices": [{name: getattr(price, name) for name in names} for price in prices]}
