"""Booking statuses: list, add, show and change them."""

from typing import Any

from kalends.actions.bookings.statuses import add_status, change_status, list_statuses
from kalends.actions.context import Context
from kalends.api.lists import List, answered_rows
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.booking_statuses import (
    BookingStatus,
    BookingStatusInput,
    BookingStatusPatch,
    BookingStatusPath,
    shown_status,
    status_patch,
)
from kalends.engine.bookings.booking_status import status_with_id
from kalends.engine.refusals import Duplicate


async def listing(ctx: Context, request: Received[None, None]) -> Answered:
    statuses = await list_statuses(ctx)
    return answered_rows(request, [shown_status(status, ctx.zone) for status in statuses])


async def create(ctx: Context, request: Received[None, BookingStatusInput]) -> Answered:
    status = await add_status(ctx, status_patch(request.body))
    shown = shown_status(status, ctx.zone)
    return answered(status, shown, location=f"/booking-statuses/{shown.id}")


async def show(ctx: Context, request: Received[BookingStatusPath, Any]) -> Answered:
    status = status_with_id(await list_statuses(ctx), request.params.status_id)
    return answered(status, shown_status(status, ctx.zone))


async def change(ctx: Context, request: Received[BookingStatusPath, BookingStatusPatch]) -> Answered:
    status = await change_status(ctx, request.params.status_id, status_patch(request.body))
    return answered(status, shown_status(status, ctx.zone))


_STATUS = "/booking-statuses/{status_id}"
_TRACKED = Tracked("booking_status", "status_id", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/booking-statuses",
        handler=listing,
        id="list_booking_statuses",
        summary="List the booking statuses",
        description="What the account calls the states of its bookings, in display order, also those not in use.",
        tag="Bookings",
        scope="read",
        answers={200: List[BookingStatus]},
    ),
    Operation(
        method="POST",
        path="/booking-statuses",
        handler=create,
        id="create_booking_status",
        summary="Add a booking status",
        description="Not for keys of some sites.",
        tag="Bookings",
        scope="manage",
        body=BookingStatusInput,
        answers={201: BookingStatus},
        refusals=(Duplicate,),
    ),
    Operation(
        method="GET",
        path=_STATUS,
        handler=show,
        id="get_booking_status",
        summary="Show a booking status",
        tag="Bookings",
        scope="read",
        params=BookingStatusPath,
        answers={200: BookingStatus},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_STATUS,
        handler=change,
        id="change_booking_status",
        summary="Change a booking status",
        description="Bookings stay in their state. Not for keys of some sites.",
        tag="Bookings",
        scope="manage",
        params=BookingStatusPath,
        body=BookingStatusPatch,
        answers={200: BookingStatus},
        refusals=(Duplicate,),
        tracked=_TRACKED,
    ),
)
