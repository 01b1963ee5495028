"""Time zones."""

from zoneinfo import available_timezones

from kalends.actions.context import Context
from kalends.api.lists import List, answered_rows
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.time_zones import TimeZone, shown_zone
from kalends.engine.time.clock import NOT_ZONES


async def listing(ctx: Context, request: Received[None, None]) -> Answered:
    names = sorted(available_timezones() - NOT_ZONES)
    return answered_rows(request, [shown_zone(name, ctx.now) for name in names])


OPERATIONS = (
    Operation(
        method="GET",
        path="/time-zones",
        handler=listing,
        id="list_time_zones",
        summary="List time zones",
        tag="Account",
        scope="read",
        answers={200: List[TimeZone]},
    ),
)
