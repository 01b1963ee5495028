"""Price rules, and the customer groups that rules can be limited to."""

from kalends.engine.catalog.price import Price
from kalends.engine.customers.customer import CustomerGroup
from kalends.store.db import Db
from kalends.store.rows import columns, fetch


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


async def find_groups(db: Db, account_id: int) -> list[CustomerGroup]:
    """List the account's customer groups, oldest first."""
    statement = f"select {columns(CustomerGroup)} from customer_group where account_id = $1 order by id"
    return await fetch(db, CustomerGroup, statement, account_id)
