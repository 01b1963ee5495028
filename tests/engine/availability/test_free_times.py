"""Which offers lie on one date and within a part of the day, as the clock shows it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kalends.engine.availability.free_slots import FreeSlot
from kalends.engine.availability.free_times import DayTimes, FreeTimesQuery
from kalends.engine.time.span import Span

OSLO = ZoneInfo("Europe/Oslo")
HOUR = timedelta(hours=1)


def shown(first: datetime, count: int, day: date, **fields: Any) -> list[tuple[int, int]]:
    """Of that many times in a row the wall minutes of those that lie on a day."""
    query = FreeTimesQuery(first=day, last=day, length=HOUR, **fields)
    offers = [FreeSlot(Span(at, at + HOUR), 1, 7) for at in (first + HOUR * n for n in range(count))]
    return [(time.starts, time.ends) for time in DayTimes(query, OSLO).of(offers) if time.day == day]


def test_a_time_that_passes_midnight_is_on_no_date() -> None:
    late = datetime(2027, 3, 1, 21, 30, tzinfo=UTC)  # 22:30 in Oslo
    assert shown(late - HOUR, 3, date(2027, 3, 1)) == [(1290, 1350), (1350, 1410)]
    assert shown(late + HOUR / 2, 1, date(2027, 3, 1)) == [(1380, 1440)]


def test_a_part_of_the_day_holds_what_lies_all_in_it() -> None:
    morning = datetime(2027, 3, 1, 7, tzinfo=UTC)
    assert shown(morning, 6, date(2027, 3, 1), from_minute=540, until_minute=660) == [(540, 600), (600, 660)]


def test_where_the_clock_goes_back_no_time_is_named_that_means_two() -> None:
    # 2027-10-31 in Oslo: 02:00 to 03:00 comes twice, from midnight and from one o'clock UTC.
    midnight = datetime(2027, 10, 30, 22, tzinfo=UTC)
    assert shown(midnight, 5, date(2027, 10, 31)) == [(0, 60), (60, 120), (180, 240)]


def test_where_the_clock_goes_forward_a_time_is_named_by_both_its_ends() -> None:
    # 2027-03-28 in Oslo: 02:00 to 03:00 never comes, so 01:00 to 03:00 is an hour.
    midnight = datetime(2027, 3, 27, 23, tzinfo=UTC)
    assert shown(midnight, 3, date(2027, 3, 28)) == [(0, 60), (60, 180), (180, 240)]
