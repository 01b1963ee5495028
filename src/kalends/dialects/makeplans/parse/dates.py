"""From which date to which, and of what."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.fields import Field
from kalends.dialects.makeplans.fields import dates as of_dates
from kalends.dialects.makeplans.parse.reader import Reader
from kalends.engine.time.clock import DAY


class DateRange(msgspec.Struct, frozen=True):
    """The dates asked for, the last one included; of which resources, None for any; for which service."""

    first: date
    last: date
    resource_ids: tuple[int, ...] | None = None
    service_id: int | None = None


def parse_hours(params: Mapping[str, Any], ctx: Context) -> DateRange:
    """Of which dates the opening hours are asked for: today, or from one date on that one alone. Raises Invalid."""
    found, today = _read(params, ctx, of_dates.HOURS), ctx.today
    first = found.pop("first") or today
    return DateRange(first, found.pop("last") or first, **found)


def parse_slots(params: Mapping[str, Any], ctx: Context) -> DateRange:
    """Of which dates the slots are asked for, today unless they are named; today for those past. Raises Invalid."""
    found, today = _read(params, ctx, of_dates.SLOTS), ctx.today
    first = max(found.pop("first") or today, today)
    return DateRange(first, max(found.pop("last") or first, today), **found)


def parse_dates(params: Mapping[str, Any], ctx: Context) -> DateRange:
    """In which dates those with slots are looked for: the rest of the month unless they are named. Raises Invalid."""
    found, today = _read(params, ctx, of_dates.SLOTS), ctx.today
    first = max(found.pop("first") or today, today)
    return DateRange(first, max(found.pop("last") or _month_end(first), today), **found)


def parse_holidays(params: Mapping[str, Any], ctx: Context) -> DateRange:
    """Of which dates the holidays are asked for: this year's, or up to the end of the year. Raises Invalid."""
    found = _read(params, ctx, of_dates.SPAN)
    last = found["last"]
    first = found["first"] or (last or ctx.today).replace(month=1, day=1)
    return DateRange(first, last or first.replace(month=12, day=31))


def _read(params: Mapping[str, Any], ctx: Context, table: tuple[Field, ...]) -> dict[str, Any]:
    return {"first": None, "last": None} | Reader(ctx, params).only(table)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY
