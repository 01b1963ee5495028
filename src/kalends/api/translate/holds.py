"""Holds between the engine and the API."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET, UnsetType

from kalends.actions.bookings.holds import Held
from kalends.actions.context import Context
from kalends.api.ids import write_id
from kalends.api.schemas.holds import HeldItemPatch, Hold, HoldInput, HoldPatch, NewHold
from kalends.api.schemas.items import ItemMove
from kalends.api.times import settled, shown
from kalends.api.translate.bookings import shown_outcomes
from kalends.api.translate.items import item_patch, shown_item, zone_of
from kalends.api.translate.lines import repeated_faults, requested_lines
from kalends.engine.bookings.hold import HoldPatch as EnginePatch
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.limits import raise_if_faults
from kalends.engine.patch import changes
from kalends.engine.refusals import Fault


async def hold_request(ctx: Context, sent: HoldInput) -> tuple[BookingRequest, datetime]:
    """The request for a hold, and when it is to end.

    Raises Invalid by places (blank, before_start, out_of_range, fixed, too_many), SkippedTime, RepeatedTime.
    """
    until = _end(ctx, sent.expires_at, sent.minutes)
    usual = ctx.now + timedelta(minutes=ctx.account.policy.hold_minutes)
    lines = await requested_lines(ctx, sent.lines)
    request = BookingRequest(lines=lines, public=sent.public, on_conflict=sent.on_conflict)
    return request, usual if isinstance(until, UnsetType) else until


async def hold_patch(ctx: Context, sent: HoldPatch) -> EnginePatch:
    """What was sent, as the engine takes it.

    Raises NotFound(item), Invalid by places (too_many), SkippedTime, RepeatedTime.
    """
    patches = () if isinstance(sent.items, UnsetType) else sent.items
    raise_if_faults(repeated_faults([patch.item for patch in patches], "/items"))
    items = {
        patch.item: await item_patch(ctx, patch.item, _move(patch), f"/items/{index}")
        for index, patch in enumerate(patches)
    }
    return EnginePatch(until=_end(ctx, sent.expires_at, sent.minutes), items=items)


def shown_hold(hold: BookingWithItems, ctx: Context) -> Hold:
    """A hold as it is answered."""
    return Hold(**_fields(hold, ctx))


def shown_new_hold(held: Held, ctx: Context) -> NewHold:
    """A new hold as it is answered."""
    return NewHold(**_fields(held.booked, ctx), outcomes=shown_outcomes(held.booked, ctx), secret=held.secret)


def _end(ctx: Context, expires_at: datetime | UnsetType, minutes: int | UnsetType) -> datetime | UnsetType:
    """When a hold ends, if it was sent. Raises Invalid(/minutes: too_many) if both ways of saying it were."""
    if not isinstance(minutes, UnsetType):
        raise_if_faults([] if expires_at is UNSET else [Fault("/minutes", "too_many")])
        return ctx.now + timedelta(minutes=minutes)
    return expires_at if isinstance(expires_at, UnsetType) else settled(expires_at, ctx.zone, "/expires_at")


def _move(patch: HeldItemPatch) -> ItemMove:
    return ItemMove(**{name: value for name, value in changes(patch).items() if name != "item"})


def _fields(hold: BookingWithItems, ctx: Context) -> dict[str, Any]:
    first = hold.items[0]
    tz = zone_of(first, ctx)
    is_held = all(state_at(view.item, ctx.now) == "awaiting_confirmation" for view in hold.items)
    ends = [view.item.expires_at for view in hold.items if view.item.expires_at]
    return {
        "id": write_id("hold", hold.booking.id),
        "state": "held" if is_held else "lapsed",
        "expires_at": shown(min(ends), tz),
        "items": [shown_item(view, ctx) for view in hold.items],
        "created_at": shown(hold.booking.created_at, tz),
    }
