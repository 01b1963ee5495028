"""Holds: hold times, show, extend, change and release what is held."""

from typing import Any

from kalends.actions.bookings.holds import add_hold, change_hold, get_hold, release_hold
from kalends.actions.context import Context
from kalends.api.expansions import OF_HOLDS
from kalends.api.operations import Answered, Operation, Received, Tracked
from kalends.api.schemas.holds import Hold, HoldInput, HoldPatch, HoldPath, NewHold
from kalends.api.tables.refusals import BOOKED, MOVED
from kalends.api.translate.holds import hold_patch, hold_request, shown_hold, shown_new_hold
from kalends.engine.refusals import IllegalTransition, Stale


async def create(ctx: Context, request: Received[None, HoldInput]) -> Answered:
    requested, until = await hold_request(ctx, request.body)
    held = await add_hold(ctx, requested, until)
    shown = shown_new_hold(held, ctx)
    return Answered(value=shown, version=held.booked.version, location=f"/holds/{shown.id}")


async def show(ctx: Context, request: Received[HoldPath, Any]) -> Answered:
    hold = await get_hold(ctx, request.params.hold_id)
    return Answered(value=shown_hold(hold, ctx), version=hold.version)


async def change(ctx: Context, request: Received[HoldPath, HoldPatch]) -> Answered:
    patch = await hold_patch(ctx, request.body)
    hold = await change_hold(ctx, request.params.hold_id, patch)
    return Answered(value=shown_hold(hold, ctx), version=hold.version)


async def release(ctx: Context, request: Received[HoldPath, None]) -> Answered:
    await release_hold(ctx, request.params.hold_id)
    return Answered()


_HOLD = "/holds/{hold_id}"
_TRACKED = Tracked("booking", "hold_id", show)

OPERATIONS = (
    Operation(
        method="POST",
        path="/holds",
        handler=create,
        id="create_hold",
        summary="Hold times",
        description=(
            "They are taken until the hold is confirmed (`POST /bookings` with its id), released, or over, to the "
            "second. Nobody is told. A publishable key may hold what is offered to the public."
        ),
        tag="Holds",
        scope="book",
        body=HoldInput,
        answers={201: NewHold},
        refusals=BOOKED,
        sample={
            "lines": [{"service": "svc_1042", "resource": "res_1042", "from": "2027-03-01T10:00:00+01:00"}],
            "minutes": 15,
        },
        has_secret=True,
    ),
    Operation(
        method="GET",
        path=_HOLD,
        handler=show,
        id="get_hold",
        summary="Show a hold",
        description="Once it is confirmed or released there is no hold any more.",
        tag="Holds",
        scope="read",
        params=HoldPath,
        expansions=OF_HOLDS,
        answers={200: Hold},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_HOLD,
        handler=change,
        id="change_hold",
        summary="Extend or change a hold",
        tag="Holds",
        scope="book",
        params=HoldPath,
        body=HoldPatch,
        expansions=OF_HOLDS,
        answers={200: Hold},
        refusals=MOVED,
        tracked=_TRACKED,
        sample={"minutes": 15},
    ),
    Operation(
        method="DELETE",
        path=_HOLD,
        handler=release,
        id="release_hold",
        summary="Release a hold",
        tag="Holds",
        scope="book",
        params=HoldPath,
        answers={204: None},
        refusals=(IllegalTransition, Stale),
        tracked=_TRACKED,
    ),
)
