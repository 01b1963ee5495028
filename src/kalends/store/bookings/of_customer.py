"""Finds the items and bookings of a customer."""

from kalends.engine.bookings.booking import Booking, Item
from kalends.store.bookings.items import item_of
from kalends.store.db import Db
from kalends.store.rows import columns, fetch


async def items_naming(db: Db, account_id: int, customer_id: int) -> list[Item]:
    """The items in any state that are for a customer or were booked by them."""
    rows = await db.fetch(
        f"""
        select {columns(Item)} from item where account_id = $1 and customer_id = $2
        union all
        select {columns(Item)} from item
        where account_id = $1 and booked_by_customer_id = $2 and customer_id is distinct from $2
        """,
        account_id,
        customer_id,
    )
    return [item_of(row) for row in rows]


async def bookings_naming(db: Db, account_id: int, customer_id: int) -> list[Booking]:
    """The bookings of a customer."""
    statement = f"select {columns(Booking)} from booking where account_id = $1 and customer_id = $2"
    return await fetch(db, Booking, statement, account_id, customer_id)


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
