"""Who read which customers, and who changed or read what about one of them."""

from collections.abc import Sequence
from datetime import datetime

from kalends.engine.customers.history import READ, HistoryEntry
from kalends.store.db import Db
from kalends.store.rows import fetch

# Of what is the customer's, all entries. Of what was theirs or only names them, the entries that name them. Bookings,
# cases and items need no index by whose they became: they still are, or have an entry that says whose they were.
HISTORY = """
    with own as (
        select 'customer' as kind, $2::bigint as subject_id
        union all select 'customer_login', $2
        union all select 'customer_case', id from customer_case where account_id = $1 and customer_id = $2
        union all select 'booking', id from booking where account_id = $1 and customer_id = $2
        union select 'item', id from item where account_id = $1 and customer_id = $2
        union select 'item', id from item where account_id = $1 and booked_by_customer_id = $2
    ), named as (
        select kind, subject_id from journal
        where account_id = $1 and kind <> 'customer'
            and before ? 'customer_id' and before ->> 'customer_id' = $2::bigint::text
        union select kind, subject_id from journal
        where account_id = $1 and kind not in ('booking', 'customer', 'customer_case', 'item')
            and after ? 'customer_id' and after ->> 'customer_id' = $2::bigint::text
    ), entry as (
        select j.* from own join journal j on j.account_id = $1 and (j.kind, j.subject_id) = (own.kind, own.subject_id)
        union select j.* from named
        join journal j on j.account_id = $1 and (j.kind, j.subject_id) = (named.kind, named.subject_id)
            and $2::bigint::text in (j.before ->> 'customer_id', j.after ->> 'customer_id')
    )
    select at, actor, door, verb, kind, subject_id, array(
        select jsonb_object_keys(coalesce(before, '{}')) union select jsonb_object_keys(after) order by 1) as fields
    from entry
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
    """All that was changed or read about a customer, the oldest first."""
    return await fetch(db, HistoryEntry, HISTORY, account_id, customer_id, READ)
