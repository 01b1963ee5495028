"""Changes the pending occurrences of a series together with its items."""

from datetime import datetime
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

_OWN_FIELDS = ("starts_at", "ends_at", "expires_at", "reminder_at", "reminded_at", "customer_id")


@internal
async def change_pending(
    ctx: Context, booking: Booking, anchor: ItemView, patch: ItemPatch, *, scope: Scope, zone: ZoneInfo
) -> None:
    """Apply a patch of the item `anchor` to the later pending occurrences of its series, or to all with scope `all`.

    They move by as much as the anchor on the wall clock of `zone`. Other fields apply to all occurrences that are still
    made. The caller has locked the booking in its transaction.
    """
    stored = series_of(booking)
    if stored is None or stored.request is None:
        return
    outcomes = await series.list_outcomes(ctx.db, ctx.account.id, booking.id)
    pending = [outcome for outcome in outcomes if outcome.outcome == "pending"]
    affected = [outcome for outcome in pending if scope == "all" or outcome.starts_at >= anchor.item.starts_at]
    if not affected:
        return
    new_spans = {}
    for outcome in affected:
        occurrence = msgspec.structs.replace(anchor.item, starts_at=outcome.starts_at, ends_at=outcome.ends_at)
        shifted = shifted_patch(patch, anchor.item, occurrence, zone)
        if isinstance(shifted.starts_at, datetime) and isinstance(shifted.ends_at, datetime):
            new_spans[outcome.starts_at] = Span(shifted.starts_at, shifted.ends_at)
    if new_spans:
        await series.replace_pending(ctx.db, ctx.account.id, booking.id, new_spans, ctx.now)
    fields = {
        name: value
        for name, value in changes(patch).items()
        if name in RequestedLine.__struct_fields__ and name not in _OWN_FIELDS
    }
    if isinstance(patch.ends_at, datetime):
        fields["ends_at"] = patch.ends_at  # from now on each time has an end of its own
    if fields:
        line = {**stored.request["lines"][0], **msgspec.to_builtins(fields)}
        request = {**stored.request, "lines": [line]}
        await series.save_series(ctx.db, with_series(booking, msgspec.structs.replace(stored, request=request)))
