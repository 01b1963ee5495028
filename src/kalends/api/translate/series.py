"""Series between the engine and the API."""

from typing import Any

from msgspec import UNSET

from kalends.actions.bookings.recurring import Series as EngineSeries
from kalends.actions.bookings.recurring import get_series
from kalends.actions.context import Context
from kalends.api.ids import write_id, write_optional_id
from kalends.api.schemas.items import ItemPatch
from kalends.api.schemas.series import Occurrence, Series, SeriesInput, SeriesPatch
from kalends.api.times import shown
from kalends.api.translate.bookings import customer_patch
from kalends.api.translate.items import item_patch
from kalends.api.translate.lines import messages, requested_lines, settled_or_unset
from kalends.engine.bookings.patch import ItemPatch as EnginePatch
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import Outcome
from kalends.engine.patch import changes
from kalends.engine.time.clock import zone
from kalends.engine.time.recurrence import Recurrence

_NOT_OF_ITEM = {"item", "scope", "notify"}


async def series_request(ctx: Context, sent: SeriesInput) -> BookingRequest:
    """The request of which a series is made.

    Raises Invalid by places (blank, before_start, out_of_range, fixed, too_many), SkippedTime, RepeatedTime.
    """
    return BookingRequest(
        lines=await requested_lines(ctx, [sent.line], ("/line",)),
        customer_id=None if sent.customer is UNSET else sent.customer,
        customer=customer_patch(sent),
        title=sent.title or "",
        comments=sent.comments or "",
        public=sent.public,
        messages=messages(sent.notify),
    )


async def series_patch(ctx: Context, series_id: int, sent: SeriesPatch) -> EnginePatch:
    """What was sent, as the engine takes it; times by the clock by which the series recurs.

    Raises NotFound(series, item), SkippedTime, RepeatedTime.
    """
    fields = {name: value for name, value in changes(sent).items() if name not in _NOT_OF_ITEM}
    if sent.item is not UNSET:
        return await item_patch(ctx, sent.item, ItemPatch(**fields))
    tz = zone((await get_series(ctx, series_id)).time_zone)
    times = {name: settled_or_unset(getattr(sent, name), tz, f"/{name.rstrip('_')}") for name in ("from_", "to")}
    return await item_patch(ctx, 0, ItemPatch(**fields | times))


def shown_series(series: EngineSeries, ctx: Context) -> Series:
    """A series as it is answered."""
    booking, tz = series.booking, zone(series.time_zone)
    rule = series.stored.rule or Recurrence()
    return Series(
        id=write_id("series", booking.id),
        booking=write_id("booking", booking.id),
        customer=write_optional_id("customer", booking.customer_id),
        title=booking.title,
        rrule=rule.rrule,
        rdate=rule.rdate,
        exdate=rule.exdate,
        time_zone=series.time_zone,
        occurrences=[_occurrence(outcome, series.time_zone) for outcome in series.outcomes],
        created_at=shown(booking.created_at, tz),
        updated_at=shown(booking.updated_at, tz),
    )


def _occurrence(outcome: Outcome, time_zone: str) -> Occurrence:
    tz = zone(time_zone)
    kind: Any = outcome.outcome  # one of the schema's
    return Occurrence(
        from_=shown(outcome.starts_at, tz),
        to=shown(outcome.ends_at, tz),
        outcome=kind,
        item=write_optional_id("item", outcome.item_id),
        reason=outcome.refusal["code"] if outcome.refusal else None,
    )
