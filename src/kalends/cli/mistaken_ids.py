"""Bookings and items are numbered on their own: an id of the one that was typed for the other is found out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kalends.actions.bookings.find import get_booking, get_item
from kalends.actions.context import Context
from kalends.cli.errors import CommandError
from kalends.engine.refusals import NotFound


@asynccontextmanager
async def naming_mistaken_ids(ctx: Context) -> AsyncIterator[None]:
    """Say so when a booking that is not found has the id of an item, or the other way round. Raises CommandError."""
    try:
        yield
    except NotFound as refusal:
        mistake = await _mistake(ctx, refusal.what, refusal.which)
        if mistake is None:
            raise
        raise CommandError(mistake) from refusal


async def _mistake(ctx: Context, what: str, which: object) -> str | None:
    if not isinstance(which, int) or what not in ("booking", "item"):
        return None
    try:
        if what == "booking":
            booking_id = (await get_item(ctx, which)).item.booking_id
            return f"There is no booking {which}, but item {which} is of booking {booking_id}."
        items = ", ".join(str(view.item.id) for view in (await get_booking(ctx, which)).items)
        return f"There is no item {which}, but a booking {which}, which has the items {items}."
    except NotFound:
        return None
