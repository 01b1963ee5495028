"""Price rules, and the customer groups that rules can be limited to."""

from collections.abc import Collection

from kalends.engine.catalog.price import Price
from kalends.engine.customers.customer import CustomerGroup
from kalends.engine.query import Query
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column
from kalends.store.rows import columns, fetch

PRICE_FIELDS = {
    "id": Column("t.id", int),
    "resource_id": Column("t.resource_id", int),
    "service_id": Column("t.service_id", int),
}


async def find_prices(db: Db, account_id: int) -> list[Price]:
    """List all price rules of an account; of several that fit, the first applies."""
    statement = f"select {columns(Price)} from price where account_id = $1 order by id"
    return await fetch(db, Price, statement, account_id)


async def remove_prices(db: Db, account_id: int, resource_id: int | None, service_id: int | None) -> None:
    """Delete the price rules of one resource or of one service."""
    await db.execute(
        "delete from price where account_id = $1 and (resource_id = $2 or service_id = $3)",
        account_id,
        resource_id,
        service_id,
    )


async def query_prices(
    db: Db, account_id: int, query: Query, site_ids: Collection[int] | None = None
) -> tuple[list[Price], int]:
    """One page of the price rules of services and of resources at these sites (None: any) that match, and their number.
    Raises as `fetch_page`."""
    source = """
        from price t left join resource r on r.account_id = $1 and r.id = t.resource_id
        where t.account_id = $1 and (t.resource_id is null or $2::bigint[] is null or r.site_id = any ($2))"""
    return await fetch_page(db, Price, PRICE_FIELDS, query, source, account_id, site_ids)


async def remove_price(db: Db, account_id: int, price_id: int) -> None:
    """Delete one price rule."""
    await db.execute("delete from price where account_id = $1 and id = $2", account_id, price_id)


async def find_groups(db: Db, account_id: int) -> list[CustomerGroup]:
    """List the account's customer groups, oldest first."""
    statement = f"select {columns(CustomerGroup)} from customer_group where account_id = $1 order by id"
    return await fetch(db, CustomerGroup, statement, account_id)
