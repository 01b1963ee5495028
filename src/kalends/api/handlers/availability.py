"""Availability: when a service can be booked, why not, and when resources are busy."""

from kalends.actions.availability.busy import busy_times
from kalends.actions.bookings.explain import explain
from kalends.actions.bookings.starts import list_days, list_starts, next_starts
from kalends.actions.bookings.suggest import MOST_NEAREST
from kalends.actions.context import Context
from kalends.api.lists import List, answered_rows, answered_sorted
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.availability import Busy, ListBusy, ListDays, ListStarts, NextStarts, Start, StartsOfDay
from kalends.api.schemas.explanations import Explain, Explanation
from kalends.api.translate.availability import (
    busy_query,
    days_query,
    shown_busy,
    shown_day,
    shown_start,
    starts_query,
)
from kalends.api.translate.explanations import explained_request, shown_explanation
from kalends.engine.refusals import RepeatedTime, SkippedTime, Stale
from kalends.web.call import call_of


async def listing(ctx: Context, request: Received[ListStarts, None]) -> Answered:
    query = await starts_query(ctx, request.params)
    starts = await list_starts(ctx, query)
    return answered_sorted(request, starts, lambda start: start.position, shown_start)


async def days(ctx: Context, request: Received[ListDays, None]) -> Answered:
    query, first, last = await days_query(ctx, request.params)
    counted = await list_days(ctx, query, first, last)
    return answered_rows(request, [shown_day(day) for day in counted])


async def upcoming(ctx: Context, request: Received[NextStarts, None]) -> Answered:
    query = await starts_query(ctx, request.params)
    starts = await next_starts(ctx, query, request.params.n)
    return answered_rows(request, [shown_start(start) for start in starts])


async def why_not(ctx: Context, request: Received[Explain, None]) -> Answered:
    asked = await explained_request(ctx, request.params)
    lines = await explain(ctx, asked, MOST_NEAREST)
    call = call_of(request.request)
    return Answered(value=await shown_explanation(ctx, lines, call, public=request.params.public))


async def busy(ctx: Context, request: Received[ListBusy, None]) -> Answered:
    query = await busy_query(ctx, request.params)
    resources = await busy_times(ctx, query)
    return answered_rows(request, [shown_busy(resource) for resource in resources])


_CLOCK = (SkippedTime, RepeatedTime)
_NAMES = {"last": "to"}

OPERATIONS = (
    Operation(
        method="GET",
        path="/availability",
        handler=listing,
        id="list_starts",
        summary="List the times at which a service can be booked",
        description=(
            "What the public is offered: within opening hours, notice and horizon, on the steps of the service, where "
            "enough is free of all that it needs. One start for each time, whichever resources are free then."
        ),
        tag="Availability",
        scope="read",
        params=ListStarts,
        answers={200: List[Start]},
        refusals=_CLOCK,
        names=_NAMES,
    ),
    Operation(
        method="GET",
        path="/availability/days",
        handler=days,
        id="list_days",
        summary="Count the times at which a service can be booked, by date",
        description="Dates without any are left out.",
        tag="Availability",
        scope="read",
        params=ListDays,
        answers={200: List[StartsOfDay]},
        names=_NAMES,
    ),
    Operation(
        method="GET",
        path="/availability/next",
        handler=upcoming,
        id="list_next_starts",
        summary="Show the next times at which a service can be booked",
        tag="Availability",
        scope="read",
        params=NextStarts,
        answers={200: List[Start]},
        refusals=_CLOCK,
        names=_NAMES,
    ),
    Operation(
        method="GET",
        path="/availability/explain",
        handler=why_not,
        id="explain_availability",
        summary="Explain why a time can or can't be booked",
        description=(
            "For each resource that could serve it, all reasons why not, and the nearest free times. It is found out "
            "by the code that books, and agrees with it."
        ),
        tag="Availability",
        scope="read",
        params=Explain,
        answers={200: Explanation},
        refusals=(*_CLOCK, Stale),
        names={"starts_at": "at", "ends_at": "to"},
    ),
    Operation(
        method="GET",
        path="/busy",
        handler=busy,
        id="list_busy",
        summary="List when resources are busy",
        description="Whatever occupies them, a part of them, or their whole. What it is, is not told.",
        tag="Availability",
        scope="read",
        params=ListBusy,
        answers={200: List[Busy]},
        refusals=_CLOCK,
    ),
)
