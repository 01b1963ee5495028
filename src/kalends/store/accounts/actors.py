"""Names of the keys, users and customers who act."""

from collections.abc import Sequence

from kalends.store.db import Db

_NAMES = """
    select 'key:' || id, name from access_token where account_id = $1 and kind = 'key' and id = any ($2)
    union all
    select 'user:' || id, name from staff_user where account_id = $1 and id = any ($3)
    union all
    select 'customer:' || id, coalesce(nullif(btrim(first_name || ' ' || last_name), ''), company)
    from customer where account_id = $1 and id = any ($4)"""


async def find_names(
    db: Db, account_id: int, key_ids: Sequence[int], user_ids: Sequence[int], customer_ids: Sequence[int]
) -> dict[str, str]:
    """Return names by actor (`key:7`), "" for an actor without a name."""
    rows = await db.fetch(_NAMES, account_id, key_ids, user_ids, customer_ids)
    return {row[0]: row[1] for row in rows}
