"""Who read which customers, and who changed or read what about one of them."""

from collections.abc import Sequence
from datetime import datetime

from kalends.engine.customers.history import READ, HistoryEntry
from kalends.store.db import Db
from kalends.store.rows import fetch

# An item, case or booking is listed if it is the customer's, or was before it became somebody else's.
_HISTORY = """
    select at, actor, door, verb, kind, subject_id, array(
        select jsonb_object_keys(coalesce(before, '{}')) union select jsonb_object_keys(after) order by 1) as fields
    from journal
    where account_id = $1 and (
        (kind = 'customer' and subject_id = $2)
        or (kind = 'customer_case' and subject_id in (
            select id from customer_case where account_id = $1 and customer_id = $2))
        or (kind = 'booking' and subject_id in (select id from booking where account_id = $1 and customer_id = $2))
        or (kind = 'item' and subject_id in (
            select id from item where account_id = $1 and $2 in (customer_id, booked_by_customer_id)))
        or (kind <> 'customer' and (before @> jsonb_build_object('customer_id', $2)
            or after @> jsonb_build_object('customer_id', $2))))
    union all
    select at, actor, door, $3, 'customer', $2, '{}' from customer_read
    where account_id = $1 and customer_ids @> array[$2::bigint]
    order by at"""


async def save_read(db: Db, account_id: int, at: datetime, actor: str, door: str, customer_ids: Sequence[int]) -> None:
    """Write down that somebody was shown these customers."""
    await db.execute(
        "insert into customer_read (account_id, at, actor, door, customer_ids) values ($1, $2, $3, $4, $5)",
        account_id,
        at,
        actor,
        door,
        customer_ids,
    )


async def list_history(db: Db, account_id: int, customer_id: int) -> list[HistoryEntry]:
    """All that was changed or read about a customer, the oldest first. Reads the whole journal of the account."""
    return await fetch(db, HistoryEntry, _HISTORY, account_id, customer_id, READ)
