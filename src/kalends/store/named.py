"""Which of the records that a request names by id are there."""

from collections.abc import Collection, Mapping

from kalends.store.db import Db

TABLES: Mapping[str, str] = {
    "case": "customer_case",
    "category": "category",
    "custom_field": "custom_field",
    "customer_group": "customer_group",
    "holiday_calendar": "holiday_calendar",
    "user": "staff_user",
}
"""Of records that are at no site, by what they are."""


async def find_present(db: Db, account_id: int, what: str, ids: Collection[int]) -> set[int]:
    """Those of these ids that are of a record of this kind, one of TABLES."""
    rows = await db.fetch(
        f"select id from {TABLES[what]} where account_id = $1 and id = any ($2)", account_id, list(ids)
    )
    return {record_id for (record_id,) in rows}
