"""Calls the roll of a group session: who came and who did not, for many seats at once."""

from collections.abc import Mapping

from kalends.actions.access import allow
from kalends.actions.bookings.sessions import get_session, seats_in
from kalends.actions.context import Context
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.all_refusals import check_found
from kalends.engine.bookings.item_changes import ItemChange, changes_of, revised
from kalends.engine.bookings.resolve import check_state_and_status
from kalends.engine.bookings.views import ItemView
from kalends.store.commit import commit


@allow("book", "practitioner")
async def call_roll(ctx: Context, session_id: int, statuses: Mapping[int, str | None]) -> list[ItemView]:
    """Record how customers attended, by the id of their seat; None clears it. All or nothing. Returns all seats of the
    session that are not deleted.

    Raises NotFound(session), NotFound(item) for each that is no seat in it, Invalid(status: unknown), Stale.
    """
    for status in statuses.values():
        check_state_and_status(None, status)
    locks = Locks(items=list(statuses), sessions=[session_id])
    return await retry_on_conflict(ctx, lambda attempt: _call_roll(attempt, session_id, statuses), locks)


async def _call_roll(ctx: Context, session_id: int, statuses: Mapping[int, str | None]) -> list[ItemView]:
    await get_session(ctx, session_id)
    seats = {view.item.id: view for view in await seats_in(ctx, [session_id])}
    check_found(("item", statuses, seats))
    changes = {
        item_id: ItemChange(seats[item_id], revised(seats[item_id].item, ctx.author, {"status": status}))
        for item_id, status in statuses.items()
        if seats[item_id].item.status != status
    }
    if changes:
        await commit(ctx.db, ctx.account.id, changes_of(ctx.author, "status", list(changes.values())))
    return [changes[item_id].view if item_id in changes else view for item_id, view in seats.items()]
