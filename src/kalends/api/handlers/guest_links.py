"""Secrets for guests, for an item or for a whole booking."""

from kalends.actions.bookings.guest_links import create_booking_link, create_item_link
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.guest_links import (
    GuestLink,
    GuestLinkInput,
    LinkedBooking,
    LinkedItem,
    read_expiry,
    shown_link,
)

_DESCRIPTION = "Whoever has it sees what was booked, and may verify it. Hand it to the customer alone."


async def create_for_booking(ctx: Context, request: Received[LinkedBooking, GuestLinkInput]) -> Answered:
    expires_at = read_expiry(request.body, ctx)
    secret = await create_booking_link(ctx, ctx.door, request.params.booking_id, expires_at)
    return Answered(value=shown_link(secret, expires_at, ctx))


async def create_for_item(ctx: Context, request: Received[LinkedItem, GuestLinkInput]) -> Answered:
    expires_at = read_expiry(request.body, ctx)
    secret = await create_item_link(ctx, ctx.door, request.params.item_id, expires_at)
    return Answered(value=shown_link(secret, expires_at, ctx))


OPERATIONS = (
    Operation(
        method="POST",
        path="/bookings/{booking_id}/links",
        handler=create_for_booking,
        id="create_booking_link",
        summary="Make a secret for the guests of a booking",
        description=_DESCRIPTION,
        tag="Bookings",
        scope="book",
        params=LinkedBooking,
        body=GuestLinkInput,
        answers={201: GuestLink},
        has_secret=True,
        sample={"expires_at": "2027-04-01T10:00:00+02:00"},
    ),
    Operation(
        method="POST",
        path="/items/{item_id}/links",
        handler=create_for_item,
        id="create_item_link",
        summary="Make a secret for the guest of an item",
        description=_DESCRIPTION,
        tag="Items",
        scope="book",
        params=LinkedItem,
        body=GuestLinkInput,
        answers={201: GuestLink},
        has_secret=True,
        sample={"expires_at": "2027-04-01T10:00:00+02:00"},
    ),
)
