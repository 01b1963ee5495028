"""Asks whether an item or a group session overlaps others."""

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.store.bookings import conflicts


@allow("read", "practitioner")
async def has_conflicts(ctx: Context, owner_id: int) -> bool:
    """Whether others leave too little of its resources for what this item or session takes of them.

    The caller has read it, so that it is known to exist and to be visible.
    """
    return await conflicts.has_conflicts(ctx.db, ctx.account.id, owner_id, ctx.now)
