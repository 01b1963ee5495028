"""Counts what an account has."""

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.engine.bookings.usage import MonthlyItems, Usage, last_months, month_bounds
from kalends.store.bookings import usage


@allow("read", whole_account=True)
async def get_usage(ctx: Context) -> Usage:
    """How much of everything the account has, and how many items of the last months. Raises Forbidden to a key that is
    limited to sites."""
    months = last_months(ctx.today)
    items = await usage.count_items(ctx.db, ctx.account.id, month_bounds(months, ctx.zone))
    monthly = tuple(MonthlyItems(month, count) for month, count in zip(months, items, strict=True))
    return Usage(**await usage.count_records(ctx.db, ctx.account.id), months=monthly)
