"""Series: start, show, change and cancel them: one occurrence, it and the following ones, or all."""

from functools import partial
from typing import Any

from kalends.actions.bookings.recurring import Series as EngineSeries
from kalends.actions.bookings.recurring import cancel_series, change_series, get_series, start_recurring
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received, Tracked
from kalends.api.schemas.series import Series, SeriesCancelled, SeriesInput, SeriesPatch, SeriesPath
from kalends.api.tables.refusals import BOOKED, MOVED
from kalends.api.translate.lines import messages
from kalends.api.translate.series import series_patch, series_request, shown_series
from kalends.api.translate.sessions import recurrence
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.refusals import BadRecurrence, IllegalTransition, Stale


async def create(ctx: Context, request: Received[None, SeriesInput]) -> Answered:
    requested = await series_request(ctx, request.body)
    series = await start_recurring(ctx, requested, recurrence(request.body.recurrence))
    shown = shown_series(series, ctx)
    return Answered(value=shown, version=series.version, location=f"/series/{shown.id}")


async def show(ctx: Context, request: Received[SeriesPath, Any]) -> Answered:
    series = await get_series(ctx, request.params.series_id)
    return _answered(series, ctx)


async def change(ctx: Context, request: Received[SeriesPath, SeriesPatch]) -> Answered:
    patch = await series_patch(ctx, request.params.series_id, request.body)
    series = await change_series(
        ctx,
        request.params.series_id,
        patch,
        scope=request.body.scope,
        item_id=request.body.item or None,
        messages=messages(request.body.notify),
    )
    return _answered(series, ctx)


async def cancel(ctx: Context, request: Received[SeriesPath, SeriesCancelled]) -> Answered:
    series = await cancel_series(
        ctx,
        request.params.series_id,
        Cancellation(reason=request.body.reason or None),
        scope=request.body.scope,
        item_id=request.body.item or None,
        messages=messages(request.body.notify),
    )
    return _answered(series, ctx)


def _answered(series: EngineSeries, ctx: Context) -> Answered:
    return Answered(value=shown_series(series, ctx), version=series.version)


_SERIES = "/series/{series_id}"
_on_series = partial(Operation, tag="Series", params=SeriesPath, tracked=Tracked("series", "series_id", show))

OPERATIONS = (
    Operation(
        method="POST",
        path="/series",
        handler=create,
        id="create_series",
        summary="Book a series",
        description=(
            "It is accepted if its first occurrence can be booked. All are booked soon after, one by one; those that "
            "can't be are left out, with the reason."
        ),
        tag="Series",
        scope="book",
        body=SeriesInput,
        answers={201: Series},
        refusals=(*BOOKED, BadRecurrence),
        sample={
            "line": {"service": "svc_1042", "resource": "res_1042", "from": "2027-03-01T10:00:00+01:00"},
            "recurrence": {"rrule": "FREQ=WEEKLY;COUNT=8"},
        },
    ),
    _on_series(
        method="GET",
        path=_SERIES,
        handler=show,
        id="get_series",
        summary="Show a series",
        scope="read",
        answers={200: Series},
    ),
    _on_series(
        method="PATCH",
        path=_SERIES,
        handler=change,
        id="change_series",
        summary="Change this, the following or all occurrences",
        description="What is still to be booked is moved along.",
        scope="book",
        body=SeriesPatch,
        answers={200: Series},
        refusals=MOVED,
        sample={"scope": "all", "title": "Window seat"},
    ),
    _on_series(
        method="POST",
        path=f"{_SERIES}/cancel",
        handler=cancel,
        id="cancel_series",
        summary="Cancel this, the following or all occurrences",
        description="What is still to be booked is withdrawn.",
        scope="book",
        body=SeriesCancelled,
        answers={200: Series},
        refusals=(IllegalTransition, Stale),
    ),
)
