"""Price rules, and the groups of customers that some of them are for."""

from kalends.engine.catalog.price import Price
from kalends.engine.customers.customer import CustomerGroup
from kalends.store.db import Db
from kalends.store.rows import columns, fetch


async def find_prices(db: Db, account_id: int) -> list[Price]:
    """All price rules of an account, in the order in which they count."""
    statement = f"select {columns(Price)} from price where account_id = $1 order by id"
    return await fetch(db, Price, statement, account_id)


async def remove_prices(db: Db, account_id: int, resource_id: int | None, service_id: int | None) -> None:
    """Forget the rules of one resource or of one service."""
    await db.execute(
        "delete from price where account_id = $1 and (resource_id = $2 or service_id = $3)",
        account_id,
        resource_id,
        service_id,
    )


async def find_groups(db: Db, account_id: int) -> list[CustomerGroup]:
    """The account's groups of customers, the oldest first."""
    statement = f"select {columns(CustomerGroup)} from customer_group where account_id = $1 order by id"
    return await fetch(db, CustomerGroup, statement, account_id)
