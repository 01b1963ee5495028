"""Whether an item or a session overlaps others, which staff can allow."""

from kalends.actions.bookings.conflicts import has_conflicts
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.sessions import get_session
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.conflicts import ConflictingItem, ConflictingSession, Conflicts


async def of_item(ctx: Context, request: Received[ConflictingItem, None]) -> Answered:
    view = await get_item(ctx, request.params.item_id)
    return Answered(value=Conflicts(has_conflicts=await has_conflicts(ctx, view.item.id)))


async def of_session(ctx: Context, request: Received[ConflictingSession, None]) -> Answered:
    session = await get_session(ctx, request.params.session_id)
    return Answered(value=Conflicts(has_conflicts=await has_conflicts(ctx, session.id)))


OPERATIONS = (
    Operation(
        method="GET",
        path="/items/{item_id}/conflicts",
        handler=of_item,
        id="get_item_conflicts",
        summary="Say whether an item overlaps others",
        description="Of what was booked with `on_conflict` `overlap`, or blocked over what was there.",
        tag="Items",
        scope="read",
        params=ConflictingItem,
        answers={200: Conflicts},
    ),
    Operation(
        method="GET",
        path="/sessions/{session_id}/conflicts",
        handler=of_session,
        id="get_session_conflicts",
        summary="Say whether a session overlaps others",
        tag="Sessions",
        scope="read",
        params=ConflictingSession,
        answers={200: Conflicts},
    ),
)
