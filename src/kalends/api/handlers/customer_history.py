"""Who read or changed what about a customer."""

from typing import Any

from kalends.actions.accounts.actors import actor_names
from kalends.actions.context import Context
from kalends.actions.customers.history import customer_history
from kalends.api.lists import List, answered_sorted
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.customer_history import HistoryEntry, ListHistory
from kalends.api.translate.changes import shown_history


async def listing(ctx: Context, request: Received[ListHistory, None]) -> Answered:
    entries = await customer_history(ctx, request.params.customer_id)
    names = await actor_names(ctx, {entry.actor for entry in entries})
    numbered = list(enumerate(entries))
    return answered_sorted(request, numbered, _position, lambda row: shown_history(row[1], names, ctx.zone))


def _position(row: tuple[int, Any]) -> tuple[int]:
    """Entries are only ever added at the end."""
    return (row[0],)


OPERATIONS = (
    Operation(
        method="GET",
        path="/customers/{customer_id}/history",
        handler=listing,
        id="list_customer_history",
        summary="List who read or changed what about a customer",
        description="Also of a deleted one.",
        tag="Customers",
        scope="administer",
        params=ListHistory,
        answers={200: List[HistoryEntry]},
    ),
)
