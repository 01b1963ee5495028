"""Who reads and changes what about customers: written down, and listed."""

from collections.abc import Iterable

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.actions.customers.find import get_customer
from kalends.engine.customers.history import HistoryEntry
from kalends.store.customers.history import list_history, save_read


@allow("read", "practitioner")
async def record_reads(ctx: Context, customer_ids: Iterable[int | None]) -> None:
    """Write down that the caller is shown these customers, or what is about their health; None and repeats are left
    out. To be called before the answer is sent."""
    shown = sorted({customer_id for customer_id in customer_ids if customer_id is not None})
    if shown:
        await save_read(ctx.db, ctx.account.id, ctx.now, ctx.actor, ctx.door, shown)


@allow("administer")
async def customer_history(ctx: Context, customer_id: int) -> list[HistoryEntry]:
    """All that was changed or read about a customer, deleted or not, the oldest first. Raises NotFound(customer)."""
    await get_customer(ctx, customer_id)
    return await list_history(ctx.db, ctx.account.id, customer_id)
