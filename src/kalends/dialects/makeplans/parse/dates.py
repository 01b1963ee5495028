"""The dates, resources and service for which opening hours, holidays or slots are requested."""

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
    """Dates from `first` to `last`, both included, of these resources (None: of all) for this service (None: for any).

    Today is the account's.
    """

    first: date
    last: date
    resource_ids: tuple[int, ...] | None = None
    service_id: int | None = None


def parse_hours(params: Mapping[str, Any], ctx: Context) -> DateRange:
    """The dates of opening hours: from today or `from`, on that date only unless `to` is sent.

    Raises Invalid(a parameter that can't be read).
    """
    query, today = _read_query(params, ctx, of_dates.HOURS), ctx.today
    first = query.pop("first") or today
    return DateRange(first, query.pop("last") or first, **query)


def parse_slots(params: Mapping[str, Any], ctx: Context) -> DateRange:
    """The dates of slots: from today or `from`, on that date only unless `to` is sent; past dates become today.

    Raises Invalid(a parameter that can't be read).
    """
    query, today = _read_query(params, ctx, of_dates.SLOTS), ctx.today
    first = max(query.pop("first") or today, today)
    return DateRange(first, max(query.pop("last") or first, today), **query)


def parse_dates(params: Mapping[str, Any], ctx: Context) -> DateRange:
    """The dates among which those with slots are sought: like `parse_slots`, but to the end of the month.

    Raises Invalid(a parameter that can't be read).
    """
    query, today = _read_query(params, ctx, of_dates.SLOTS), ctx.today
    first = max(query.pop("first") or today, today)
    return DateRange(first, max(query.pop("last") or _month_end(first), today), **query)


def parse_holidays(params: Mapping[str, Any], ctx: Context) -> DateRange:
    """The dates of holidays: this year's, or from `from` to the end of its year, or from the start of the year of `to`.

    Raises Invalid(a parameter that can't be read).
    """
    query = _read_query(params, ctx, of_dates.SPAN)
    last = query["last"]
    first = query["first"] or (last or ctx.today).replace(month=1, day=1)
    return DateRange(first, last or first.replace(month=12, day=31))


def _read_query(params: Mapping[str, Any], ctx: Context, table: tuple[Field, ...]) -> dict[str, Any]:
    return {"first": None, "last": None} | Reader(ctx, params).only(table)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY
