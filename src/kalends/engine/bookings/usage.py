"""How much of everything an account has."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.time.clock import day_span

MONTHS = 12


class MonthlyItems(msgspec.Struct, frozen=True):
    """How many items begin in a month, which is told by its first day; without blocks and deleted ones."""

    month: date
    items: int


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What is in use: without what is archived or deleted. `months` are the present one and those before, in order."""

    sites: int
    resources: int
    services: int
    customers: int
    users: int
    months: tuple[MonthlyItems, ...]


def last_months(today: date, count: int = MONTHS) -> list[date]:
    """The first days of the month of `today` and of those before it, in order."""
    index = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(index - count + 1, index + 1)]


def month_bounds(months: Sequence[date], zone: ZoneInfo) -> list[datetime]:
    """When each of consecutive months begins by the clock of this zone, and when the last of them ends."""
    last = months[-1]
    following = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return [day_span(day, zone).start for day in (*months, following)]
