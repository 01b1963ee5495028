"""Asks whether an item or a session, as it is stored, takes more than is there."""

from datetime import datetime

from kalends.store.db import Db

# The guard's own check, of the claims that are there already, as if they were new and might not overlap.
_CONFLICTS = """
    with claimed as (
        select coalesce(jsonb_agg(jsonb_build_object('item_id', item_id, 'session_id', session_id, 'units', units,
            'resource_id', resource_id, 'starts_at', lower(span), 'ends_at', upper(span), 'overlap_allowed', false)),
            '[]') as claims
        from claim where account_id = $1 and owner_id = $2
    )
    select exists (
        select from claimed cross join lateral overfull_paths($1, $3, wanted_claims($1, claims, '{}'),
            array[$2]::bigint[], array(select generate_series(1, jsonb_array_length(claims)))::bigint[]))"""


async def has_conflicts(db: Db, account_id: int, owner_id: int, now: datetime) -> bool:
    """Whether the claims of others leave too little for those of this item or session, which it took all the same.

    Holds that end by `now` are not in the way.
    """
    exist: bool = await db.fetchval(_CONFLICTS, account_id, owner_id, now)
    return exist
