"""When resources are usually open, and on which days there are holidays."""

from typing import Any

from msgspec import UNSET

from kalends.actions.availability.holidays import list_holidays
from kalends.actions.availability.weekly_hours import get_weekly_hours, set_weekly_hours
from kalends.actions.context import Context
from kalends.api.lists import List, answered_rows
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.holidays import Holiday, ListHolidays, holiday_dates, shown_holiday
from kalends.api.schemas.openings import Openings, OpeningsInput, read_openings, shown_openings
from kalends.api.schemas.resources import ResourcePath
from kalends.engine.refusals import NotFound


async def show(ctx: Context, request: Received[ResourcePath, Any]) -> Answered:
    hours = await get_weekly_hours(ctx, request.params.resource_id)
    return answered(hours.resource, shown_openings(hours))


async def replace(ctx: Context, request: Received[ResourcePath, OpeningsInput]) -> Answered:
    openings, always_open = read_openings(request.body), request.body.always_open
    hours = await set_weekly_hours(ctx, request.params.resource_id, openings, always_open=always_open)
    return answered(hours.resource, shown_openings(hours))


async def holidays(ctx: Context, request: Received[ListHolidays, None]) -> Answered:
    first, last = holiday_dates(request.params, ctx.today)
    days = await list_holidays(ctx, first, last, None if request.params.site is UNSET else request.params.site)
    return answered_rows(request, [shown_holiday(day, title) for day, title in days])


_OPENINGS = "/resources/{resource_id}/openings"
_TRACKED = Tracked("resource", "resource_id", show)

OPERATIONS = (
    Operation(
        method="GET",
        path=_OPENINGS,
        handler=show,
        id="get_openings",
        summary="Show the weekly opening hours of a resource",
        tag="Opening hours",
        scope="read",
        params=ResourcePath,
        answers={200: Openings},
        tracked=_TRACKED,
    ),
    Operation(
        method="PUT",
        path=_OPENINGS,
        handler=replace,
        id="set_openings",
        summary="Replace the weekly opening hours of a resource",
        description="What is booked stays as it is.",
        tag="Opening hours",
        scope="manage",
        params=ResourcePath,
        body=OpeningsInput,
        answers={200: Openings},
        names={"service_ids": "openings"},
        sample={"openings": [{"weekday": 1, "opens": "08:00", "closes": "16:00"}]},
        tracked=_TRACKED,
    ),
    Operation(
        method="GET",
        path="/holidays",
        handler=holidays,
        id="list_holidays",
        summary="List holidays",
        description="Of the calendar of a site, or of all sites; if none has one, of the account's country.",
        tag="Opening hours",
        scope="read",
        params=ListHolidays,
        answers={200: List[Holiday]},
        refusals=(NotFound,),
        names={"last": "to"},
    ),
)
