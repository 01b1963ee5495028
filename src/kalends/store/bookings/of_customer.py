"""Finds the items and bookings of customers."""

from kalends.engine.bookings.booking import Booking, Item
from kalends.store.bookings.items import item_of
from kalends.store.db import Db
from kalends.store.rows import columns, fetch


async def items_naming(db: Db, account_id: int, *customer_ids: int) -> list[Item]:
    """The items in any state that are for one of these customers or were booked by one."""
    rows = await db.fetch(
        f"""
        select {columns(Item)} from item where account_id = $1 and customer_id = any ($2)
        union all
        select {columns(Item)} from item
        where account_id = $1 and booked_by_customer_id = any ($2) and (customer_id = any ($2)) is not true
        """,
        account_id,
        customer_ids,
    )
    return [item_of(row) for row in rows]


async def bookings_naming(db: Db, account_id: int, *customer_ids: int) -> list[Booking]:
    """The bookings of these customers."""
    statement = f"select {columns(Booking)} from booking where account_id = $1 and customer_id = any ($2)"
    return await fetch(db, Booking, statement, account_id, customer_ids)


async def services_attended_by(db: Db, account_id: int, customer_id: int) -> list[int]:
    """The ids of the services of which a customer has a seat that is not deleted."""
    rows = await db.fetch(
        """
        select distinct service_id from item
        where account_id = $1 and customer_id = $2 and kind = 'seat' and state <> 'deleted' and service_id is not null
        """,
        account_id,
        customer_id,
    )
    return [row[0] for row in rows]
