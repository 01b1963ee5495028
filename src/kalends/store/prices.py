"""Price rules, and the groups of customers that some of them are for."""

from collections.abc import Sequence

import msgspec

from kalends.engine.people import CustomerGroup
from kalends.engine.pricing import Price
from kalends.store.conflicts import conflicts
from kalends.store.db import Db, build, columns

_PRICE = columns(Price)
_GIVEN = ("account_id", "resource_id", "service_id", "title", "per", "amount", "tax_rate", "group_ids")


async def find_prices(db: Db, account_id: int) -> list[Price]:
    """All price rules of an account, in the order in which they count."""
    rows = await db.fetch(f"select {_PRICE} from price where account_id = $1 order by id", account_id)
    return [msgspec.convert(dict(row), Price) for row in rows]


async def save_prices(
    db: Db, account_id: int, resource_id: int | None, service_id: int | None, prices: Sequence[Price]
) -> None:
    """In a transaction: replace the rules of one resource or of one service; new ids are drawn in their order."""
    await db.execute(
        "delete from price where account_id = $1 and (resource_id = $2 or service_id = $3)",
        account_id,
        resource_id,
        service_id,
    )
    names = ", ".join(_GIVEN)
    statement = f"""
        insert into price ({names})
        select {", ".join("p." + name for name in _GIVEN)}
        from jsonb_array_elements($1) with ordinality as one (price, place)
        cross join lateral jsonb_populate_record(null::price, one.price) p order by one.place
        """
    with conflicts():
        await db.execute(statement, prices)


async def find_groups(db: Db, account_id: int) -> list[CustomerGroup]:
    """The account's groups of customers, the oldest first."""
    names = columns(CustomerGroup)
    rows = await db.fetch(f"select {names} from customer_group where account_id = $1 order by id", account_id)
    return [build(CustomerGroup, row) for row in rows]


async def add_group(db: Db, account_id: int, title: str) -> CustomerGroup:
    """A new group; its id is drawn here. Raises Duplicate(title)."""
    with conflicts():
        group_id = await db.fetchval(
            "insert into customer_group (account_id, title) values ($1, $2) returning id", account_id, title
        )
    return CustomerGroup(account_id, group_id, title)
