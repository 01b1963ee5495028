"""Whoever deletes a row is asked who refers to it. An account is deleted row by row, so each of its many bookings,
messages and customers has to be found by an index: without one that takes the square of their number."""

import asyncpg

FEW = [
    "account",  # found by the first column of any key
    *("staff_user", "customer_group", "site", "holiday_calendar", "category", "resource", "service", "custom_field"),
    *("booking_status", "webhook"),
]
"""Tables of which an account has few rows."""
WITHOUT_INDEX = r"""
    select f.conname::text from pg_constraint f
    where f.contype = 'f' and f.connamespace = 'public'::regnamespace and f.confrelid::regclass::text <> all ($1)
        and not exists (
            select from pg_index i
            where i.indrelid = f.conrelid and i.indkey[0] = f.conkey[1] and i.indkey[1] = f.conkey[2]
                and coalesce(pg_get_expr(i.indpred, i.indrelid), '') ~ '^(\(\w+ IS NOT NULL\))?$')
    order by 1
"""


async def test_what_refers_to_one_of_many_rows_is_found_by_an_index(db: asyncpg.Pool) -> None:
    assert [row[0] for row in await db.fetch(WITHOUT_INDEX, FEW)] == []
