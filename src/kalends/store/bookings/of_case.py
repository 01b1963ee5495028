"""The items that are part of cases."""

from collections.abc import Collection, Sequence

from kalends.store.bookings.items import AT_SITES
from kalends.store.db import Db


async def items_of_cases(
    db: Db, account_id: int, case_ids: Sequence[int], site_ids: Collection[int] | None = None
) -> dict[int, tuple[int, ...]]:
    """The ids of the items of these cases that were not removed, by case, in their order; at `site_ids` only."""
    rows = await db.fetch(
        f"""
        select i.case_id, array_agg(i.id order by i.id) from item i
        where i.account_id = $1 and i.case_id = any ($2) and i.state <> 'deleted'
            and ($3::bigint[] is null or {AT_SITES.format("$3")})
        group by i.case_id
        """,
        account_id,
        list(case_ids),
        site_ids,
    )
    return {row[0]: tuple(row[1]) for row in rows}
