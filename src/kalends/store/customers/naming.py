"""What refers to a customer."""

from kalends.engine.bookings.booking import Item
from kalends.store.db import Db


async def is_only_of(db: Db, account_id: int, customer_id: int, item: Item) -> bool:
    """Whether a customer was added by the transaction that made an item, and nothing but the item's booking refers to
    them."""
    is_only: bool = await db.fetchval(
        """
        select exists (
            select from journal own
            join journal made on made.account_id = $1 and made.xid = own.xid and made.at = own.at
            where own.account_id = $1 and own.kind = 'customer' and own.subject_id = $2 and own.revision = 0
                and made.kind = 'item' and made.subject_id = $4 and made.revision = 0
        ) and not (
            exists (select from item where account_id = $1 and customer_id = $2 and booking_id <> $3)
            or exists (select from item where account_id = $1 and booked_by_customer_id = $2 and booking_id <> $3)
            or exists (select from booking where account_id = $1 and customer_id = $2 and id <> $3)
            or exists (select from customer where account_id = $1 and parent_id = $2)
            or exists (select from customer_case where account_id = $1 and customer_id = $2)
            or exists (select from invoice where account_id = $1 and customer_id = $2)
            or exists (select from credential where account_id = $1 and customer_id = $2)
            or exists (select from message_refusal where account_id = $1 and customer_id = $2)
        )
        """,
        account_id,
        customer_id,
        item.booking_id,
        item.id,
    )
    return is_only
