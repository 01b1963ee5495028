"""Starts, reads, changes and cancels series by the id of their booking: an occurrence, the following ones, or all."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.bookings.lock import expected_booking
from kalends.actions.bookings.series import find_collection, find_recurring, occurrences, outcomes, start_series
from kalends.actions.bookings.suggest import as_seen, change_or_suggest, suggested
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context
from kalends.actions.expected import check_version
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import ItemPatch, Scope
from kalends.engine.bookings.request import BY_POLICY, BookingRequest, MessageOverrides
from kalends.engine.bookings.stored_series import StoredSeries, series_of
from kalends.engine.bookings.views import BookingWithItems, ItemView, Outcome
from kalends.engine.refusals import Full, IllegalTransition, NotFound
from kalends.engine.time.recurrence import Recurrence


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A series: its booking, what it is made from, and the outcome of each of its occurrences in order of time.

    `items`: those that were made and are not removed. `time_zone`: by whose clock it recurs.
    """

    booking: Booking
    stored: StoredSeries
    outcomes: tuple[Outcome, ...]
    items: tuple[ItemView, ...]
    time_zone: str

    @property
    def version(self) -> str:
        """Its version, with those of its items, and with what became of each occurrence: a short text that is another
        one after each change of them."""
        outcomes = ",".join(f"{outcome.starts_at.timestamp()} {outcome.outcome}" for outcome in self.outcomes)
        digest = hashlib.blake2b(outcomes.encode(), digest_size=5).hexdigest()
        return f"{BookingWithItems(self.booking, None, self.items).version}.{digest}"


@allow("book")
async def start_recurring(ctx: Context, request: BookingRequest, rule: Recurrence) -> Series:
    """Accept a series, as `start_series` does. Raises what that raises; if its first time is taken, with the nearest
    free times."""
    try:
        uid = await start_series(ctx, request, rule)
    except Full as full:
        raise await as_seen(ctx, await suggested(ctx, request, full)) from None
    return await get_series(ctx, (await find_collection(ctx, uid)).id)


@allow("read")
async def get_series(ctx: Context, booking_id: int) -> Series:
    """A series by the id of its booking. Raises NotFound(series)."""
    booking = await find_recurring(ctx, booking_id)
    stored = series_of(booking)
    assert stored is not None
    items = tuple(await occurrences(ctx, booking.uid))
    resource_id = (stored.request or {"lines": [{}]})["lines"][0].get("resource_id")
    resource = items[0].resource if items else None
    if resource is None and resource_id is not None:
        resource = await get_resource(ctx, resource_id)
    return Series(
        booking=booking,
        stored=stored,
        outcomes=tuple(await outcomes(ctx, booking.uid)),
        items=items,
        time_zone=(await zone_at(ctx, resource)).key,
    )


@allow("book")
async def change_series(
    ctx: Context,
    booking_id: int,
    patch: ItemPatch,
    *,
    scope: Scope = "all",
    item_id: int | None = None,
    messages: MessageOverrides = BY_POLICY,
) -> Series:
    """Change an item of a series, and with scope `following` or `all` the later or all others, also those that are
    still to be made. Without an item the first is meant: the others move by as much as it does.

    Raises NotFound(series), NotFound(item) if it is none of the series, IllegalTransition if none is made yet,
    Outdated, and what `change_or_suggest` raises.
    """
    async with _expected_series(ctx, booking_id) as tx:
        series = await get_series(tx, booking_id)
        await change_or_suggest(tx, _item(series, item_id, "change"), patch, scope=scope, messages=messages)
        return await get_series(tx, booking_id)


@allow("book")
async def cancel_series(
    ctx: Context,
    booking_id: int,
    cancellation: Cancellation,
    *,
    scope: Scope = "all",
    item_id: int | None = None,
    messages: MessageOverrides = BY_POLICY,
) -> Series:
    """Cancel an item of a series, with scope `following` the later ones too, or all; pending ones are withdrawn.

    Raises NotFound(series), NotFound(item) if it is none of the series, IllegalTransition, Stale, Outdated.
    """
    async with _expected_series(ctx, booking_id) as tx:
        series = await get_series(tx, booking_id)
        if scope == "all":
            await change_booking_state(tx, series.booking.uid, "cancel", messages, reason=cancellation.reason)
        else:
            whole = msgspec.structs.replace(cancellation, and_later=scope == "following")
            await cancel_item(tx, _item(series, item_id, "cancel"), whole, messages)
        return await get_series(tx, booking_id)


@asynccontextmanager
async def _expected_series(ctx: Context, booking_id: int) -> AsyncIterator[Context]:
    """If the caller expects a version of something: a transaction in which the series is locked. Else no lock is needed
    to change it. Raises NotFound(series), and Outdated if the caller expects another version of it."""
    if ctx.expected is None:
        yield ctx
        return
    async with expected_booking(ctx, booking_id) as tx:
        check_version(tx, "series", booking_id, (await get_series(tx, booking_id)).version)
        yield tx


def _item(series: Series, item_id: int | None, verb: str) -> int:
    """The id of this item, by default of the first one. Raises NotFound(item), and IllegalTransition if there is none
    yet, or none any more."""
    ids = [view.item.id for view in series.items]
    if item_id is None and ids:
        return ids[0]
    if item_id is None:
        raise IllegalTransition(series.outcomes[0].outcome if series.outcomes else "deleted", verb)
    if item_id not in ids:
        raise NotFound("item", item_id)
    return item_id
