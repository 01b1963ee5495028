"""Price rules of resources and services, one by one."""

from collections.abc import Awaitable, Callable
from functools import partial

from kalends.actions.access import allow, check_whole_account
from kalends.actions.catalog.prices import journal_prices, list_groups
from kalends.actions.catalog.resources import lock_resource
from kalends.actions.catalog.services import lock_service
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_expected
from kalends.engine.catalog.price import Price, PricePatch, changed_price
from kalends.engine.limits import raise_if_faults
from kalends.engine.patch import changes, next_revision
from kalends.engine.query import CursorPage, Filter, Page, Query
from kalends.engine.refusals import Fault, NotFound
from kalends.store import rows
from kalends.store.catalog import prices as store
from kalends.store.ids import next_ids


@allow("read")
async def query_prices(ctx: Context, query: Query) -> Page[Price]:
    """One page of the price rules of services, and of resources at the caller's sites.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return Page(*await store.query_prices(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read")
async def get_price(ctx: Context, price_id: int) -> Price:
    """Return one price rule. Raises NotFound(price)."""
    page = await query_prices(ctx, Query(CursorPage(1), (Filter("id", "equal", price_id),)))
    if not page.rows:
        raise NotFound("price", price_id)
    return page.rows[0]


@allow("manage")
async def add_price(
    ctx: Context, patch: PricePatch, *, resource_id: int | None = None, service_id: int | None = None
) -> Price:
    """Add a price rule of a resource or of a service (name one of them) after those that it has.

    Raises Forbidden to a key that is limited to sites (rules of a service only), NotFound(resource, service),
    Invalid(per, amount: blank; per, group_ids: unknown; title, exemption: invalid, too_long; amount, tax_rate:
    out_of_range).
    """
    raise_if_faults(Fault(name, "blank") for name in ("per", "amount") if name not in changes(patch))
    async with transaction(ctx) as tx:
        await _lock_owner(tx, resource_id, service_id)
        (price_id,) = await next_ids(tx.db, "price")
        blank = Price(ctx.account.id, price_id, resource_id, service_id)
        price = changed_price(blank, patch, await _group_ids(tx))
        await _write(tx, price, partial(rows.insert, tx.db, price))
    return price


@allow("manage")
async def change_price(ctx: Context, price_id: int, patch: PricePatch) -> Price:
    """Change a price rule; of what it is stays.

    Raises Forbidden to a key that is limited to sites (rules of a service only), NotFound(price), Outdated,
    Invalid(per, group_ids: unknown; title, exemption: invalid, too_long; amount, tax_rate: out_of_range).
    """
    async with transaction(ctx) as tx:
        present = await _lock_price(tx, price_id)
        check_expected(tx, present)
        price = next_revision(present, changed_price(present, patch, await _group_ids(tx)), ctx.now, ctx.actor)
        if price is not present:
            await _write(tx, price, partial(rows.update, tx.db, price))
    return price


@allow("manage")
async def remove_price(ctx: Context, price_id: int) -> Price:
    """Remove a price rule; returns it as it was.

    Raises Forbidden to a key that is limited to sites (rules of a service only), NotFound(price), Outdated.
    """
    async with transaction(ctx) as tx:
        price = await _lock_price(tx, price_id)
        check_expected(tx, price)
        await _write(tx, price, partial(store.remove_price, tx.db, ctx.account.id, price_id))
    return price


async def _lock_price(ctx: Context, price_id: int) -> Price:
    """The rule as it is once its resource or service, which never changes, is locked."""
    price = await get_price(ctx, price_id)
    await _lock_owner(ctx, price.resource_id, price.service_id)
    return await get_price(ctx, price_id)


async def _lock_owner(ctx: Context, resource_id: int | None, service_id: int | None) -> None:
    if resource_id is not None:
        await lock_resource(ctx, resource_id)
    else:
        check_whole_account(ctx)
        await lock_service(ctx, service_id or 0)


async def _group_ids(ctx: Context) -> set[int]:
    return {group.id for group in await list_groups(ctx)}


async def _write(ctx: Context, price: Price, write: Callable[[], Awaitable[object]]) -> None:
    """Write one rule; the journal tells of all rules that its resource or service has then."""
    before = await store.find_prices(ctx.db, ctx.account.id)
    await write()
    await journal_prices(ctx, before, price.resource_id, price.service_id)
