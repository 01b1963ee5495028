"""What is still to be made of a series, changed with the items that are there."""

from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.change_item import shifted_patch
from kalends.engine.bookings.patch import ItemPatch, Scope
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.bookings.stored_series import series_of, with_series
from kalends.engine.bookings.views import ItemView
from kalends.engine.patch import changes
from kalends.engine.time.span import Span
from kalends.store.bookings import series

_OF_EACH_TIME = ("starts_at", "ends_at", "expires_at", "reminder_at", "reminded_at", "customer_id")


@internal
async def change_pending(
    ctx: Context, booking: Booking, anchor: ItemView, patch: ItemPatch, *, scope: Scope, zone: ZoneInfo
) -> None:
    """Have the pending times of a series, those after the anchor or all, be as the patch makes the items.

    They move as far on the wall clock as the anchor does; what else the patch says counts for all that is still made.
    The caller's transaction has locked the booking.
    """
    stored = series_of(booking)
    if stored is None or stored.request is None:
        return
    outcomes = await series.list_outcomes(ctx.db, ctx.account.id, booking.id)
    pending = [one for one in outcomes if one.outcome == "pending"]
    meant = [one for one in pending if scope == "all" or one.starts_at >= anchor.item.starts_at]
    if not meant:
        return
    moved = {}
    for one in meant:
        like = msgspec.structs.replace(anchor.item, starts_at=one.starts_at, ends_at=one.ends_at)
        shifted = shifted_patch(patch, anchor.item, like, zone)
        start, end = (getattr(shifted, name) for name in ("starts_at", "ends_at"))
        if isinstance(start, type(one.starts_at)) and isinstance(end, type(one.ends_at)):
            moved[one.starts_at] = Span(start, end)
    if moved:
        await series.replace_pending(ctx.db, ctx.account.id, booking.id, moved, ctx.now)
    said = {
        name: value
        for name, value in changes(patch).items()
        if name in RequestedLine.__struct_fields__ and name not in _OF_EACH_TIME
    }
    if said:
        line = {**stored.request["lines"][0], **msgspec.to_builtins(said)}
        request = {**stored.request, "lines": [line]}
        await series.save_series(ctx.db, with_series(booking, msgspec.structs.replace(stored, request=request)))
