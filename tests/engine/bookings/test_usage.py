"""Months as they are counted."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from kalends.engine.bookings.usage import last_months, month_bounds


def test_the_last_months_go_back_over_the_year() -> None:
    assert last_months(date(2027, 2, 28), 4) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]
    assert last_months(date(2026, 12, 1), 1) == [date(2026, 12, 1)]


def test_months_begin_and_end_by_the_clock() -> None:
    bounds = month_bounds([date(2026, 11, 1), date(2026, 12, 1)], ZoneInfo("Europe/Oslo"))
    assert bounds == [datetime(*day, 23, tzinfo=UTC) for day in ((2026, 10, 31), (2026, 11, 30), (2026, 12, 31))]
