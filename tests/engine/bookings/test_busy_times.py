"""How busy sessions are, by hour, day and month."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.bookings.busy_times import BusyTime, busy_times, units_of
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import SessionWithSeats

OSLO = ZoneInfo("Europe/Oslo")


def session(starts_at: datetime, hours: float, capacity: int, taken: int) -> SessionWithSeats:
    values: dict[str, Any] = dict.fromkeys(GroupSession.__struct_fields__)
    blank = GroupSession(**values)
    ends_at = starts_at + timedelta(hours=hours)
    return SessionWithSeats(
        msgspec.structs.replace(blank, starts_at=starts_at, ends_at=ends_at, capacity=capacity), taken
    )


def at(hour: int, day: int = 1) -> datetime:
    return datetime(2027, 3, day, hour, tzinfo=UTC)


def test_an_hour_is_as_busy_as_the_seats_of_its_sessions_are_taken() -> None:
    units = units_of("day", date(2027, 3, 1), OSLO)
    sessions = [session(at(9), 1, 10, 7), session(at(9), 1.5, 30, 5), session(at(22), 3, 2, 2)]
    busy = {time.number: time.percent for time in busy_times(units, sessions) if time.percent}
    assert (len(units), busy) == (24, {10: 30, 11: 17, 23: 100})


def test_a_week_begins_on_monday_and_a_year_has_months() -> None:
    sessions = [session(at(9, day=3), 1, 10, 10)]
    week, month, year = (
        busy_times(units_of(period, date(2027, 3, 5), OSLO), sessions) for period in ("week", "month", "year")
    )
    assert [len(times) for times in (week, month, year)] == [7, 31, 12]
    assert [times[index] for times, index in ((week, 2), (month, 2), (year, 2))] == 3 * [BusyTime(3, 100)]
    assert sum(time.percent for times in (week, month, year) for time in times) == 300


def test_an_hour_that_clocks_skip_has_no_time_and_one_that_they_repeat_has_two() -> None:
    spring, autumn = units_of("day", date(2027, 3, 28), OSLO), units_of("day", date(2027, 10, 31), OSLO)
    assert sum((unit.span.duration for unit in spring), timedelta()) == timedelta(hours=23)
    assert sum((unit.span.duration for unit in autumn), timedelta()) == timedelta(hours=25)


def test_seats_that_overlap_on_purpose_make_nothing_more_than_full() -> None:
    assert busy_times(units_of("day", date(2027, 3, 1), OSLO), [session(at(9), 1, 2, 3)])[10].percent == 100
