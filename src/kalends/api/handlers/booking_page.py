"""The booking page of the account: show it, switch it on and change it."""

from typing import Any

from kalends.actions.accounts.booking_page import change_booking_page, get_booking_page
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.booking_page import BookingPage, BookingPagePatch, page_patch, shown_page


async def show(ctx: Context, request: Received[None, Any]) -> Answered:
    page = await get_booking_page(ctx)
    return answered(page, shown_page(page))


async def change(ctx: Context, request: Received[None, BookingPagePatch]) -> Answered:
    page = await change_booking_page(ctx, page_patch(request.body))
    return answered(page, shown_page(page))


_TRACKED = Tracked("booking_page", "", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/account/booking-page",
        handler=show,
        id="get_booking_page",
        summary="Show the booking page of the account",
        tag="Account",
        scope="read",
        answers={200: BookingPage},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path="/account/booking-page",
        handler=change,
        id="change_booking_page",
        summary="Change the booking page of the account",
        description="Customers see the change at once. Not for keys of some sites.",
        tag="Account",
        scope="manage",
        body=BookingPagePatch,
        answers={200: BookingPage},
        tracked=_TRACKED,
        sample={"active": True, "colour": "#1a5fb4"},
    ),
)
