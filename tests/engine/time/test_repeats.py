"""Each rule against an oracle that walks all days and asks of each whether it is meant."""

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.refusals import BadRecurrence, Fault, Invalid, TooManyOccurrences
from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR
from kalends.engine.time.repeats import LAST_WEEK, Hours, daily, monthly_by_day, monthly_by_week, once, weekly, yearly
from kalends.engine.time.span import Span

OSLO, HAVANA, APIA = ZoneInfo("Europe/Oslo"), ZoneInfo("America/Havana"), ZoneInfo("Pacific/Apia")
DAY = timedelta(days=1)
NINE: Hours = (540, 600)
ALL_DAY: Hours = (0, 1440)

Act: TypeAlias = Callable[[], list[Span]]

zones = st.sampled_from([OSLO, HAVANA, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Africa/Cairo")])
firsts = st.dates(date(2015, 1, 1), date(2035, 12, 31))
hours = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])


def wall(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return (datetime(day.year, day.month, day.day) + minute * timedelta(minutes=1)).replace(tzinfo=zone)


def days_of(spans: list[Span], zone: ZoneInfo = OSLO) -> list[date]:
    return [span.start.astimezone(zone).date() for span in spans]


def walked(first: date, last: date, meant: Callable[[date], bool]) -> list[date]:
    days = (first + offset * DAY for offset in range((last - first).days + 1))
    return [day for day in days if meant(day)]


def check(expand: Act, expected: list[date], zone: ZoneInfo = OSLO) -> None:
    """The rule names these days, or says that there are none or too many."""
    if not expected or len(expected) > 731:
        with pytest.raises(TooManyOccurrences if expected else BadRecurrence):
            expand()
    else:
        assert days_of(expand(), zone) == expected


def test_a_time_over_three_days_is_cut_at_midnight() -> None:
    """Seed 004_751937256ff132e1, booking 312838."""
    spans = once(date(2023, 10, 11), date(2023, 10, 13), 0, 18 * 60, OSLO)
    midnights = [datetime(2023, 10, day, 22, tzinfo=UTC) for day in (10, 11, 12)]
    assert [span.start for span in spans] == midnights
    assert [span.end for span in spans] == [*midnights[1:], datetime(2023, 10, 13, 16, tzinfo=UTC)]


@given(firsts, st.integers(1, 40), st.integers(0, 1439), st.integers(0, 1440), zones)
def test_the_pieces_of_one_time_are_that_time(first: date, more: int, opens: int, closes: int, zone: ZoneInfo) -> None:
    last = first + more * DAY
    spans = once(first, last, opens, closes, zone)
    assert all(before.end == after.start for before, after in pairwise(spans))
    assert len(set(days_of(spans, zone))) == len(spans) <= more + 1
    assert abs(spans[0].start - wall(first, opens, zone)) <= timedelta(hours=1)
    assert abs(spans[-1].end - wall(last, closes, zone)) <= timedelta(hours=1)


@given(firsts, hours, zones)
def test_a_day_begins_and_ends_by_the_clock_on_the_wall(day: date, meant: Hours, zone: ZoneInfo) -> None:
    walls = [wall(day, minute, zone) for minute in meant]
    gaps = [wall_time.astimezone(UTC).astimezone(zone) != wall_time for wall_time in walls]
    try:
        (span,) = daily(day, day, meant, zone)
    except BadRecurrence:
        assert gaps[0]
        return
    shown = [at.astimezone(zone).replace(tzinfo=None) for at in (span.start, span.end)]
    expected = [wall_time.replace(tzinfo=None) for wall_time in walls]
    assert all(actual == wall_time or gap for actual, wall_time, gap in zip(shown, expected, gaps, strict=True))


def test_clocks_go_forward_and_back() -> None:
    forward, back = date(2027, 3, 28), date(2027, 10, 31)
    lengths = [daily(day, day, ALL_DAY, OSLO)[0].duration for day in (forward, back)]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]
    with pytest.raises(BadRecurrence):
        daily(forward, forward, (130, 170), OSLO)
    assert days_of(daily(forward - DAY, forward + DAY, (130, 170), OSLO)) == [forward - DAY, forward + DAY]


def test_a_day_that_a_place_skipped_is_left_out() -> None:
    spans = daily(date(2011, 12, 29), date(2011, 12, 31), NINE, APIA)
    assert days_of(spans, APIA) == [date(2011, 12, 29), date(2011, 12, 31)]


@given(firsts, st.integers(0, 1000))
def test_every_day(first: date, more: int) -> None:
    last = first + more * DAY
    check(lambda: daily(first, last, NINE, OSLO), walked(first, last, lambda _: True))


@given(firsts, st.integers(0, 1500), st.integers(1, 4), st.sets(st.integers(1, 7)))
def test_some_weekdays_of_some_weeks(first: date, more: int, every: int, weekdays: set[int]) -> None:
    last, monday = first + more * DAY, first - first.weekday() * DAY
    meant = walked(first, last, lambda day: day.isoweekday() in weekdays and (day - monday).days // 7 % every == 0)
    check(lambda: weekly(first, last, every, dict.fromkeys(weekdays, NINE), OSLO), meant)


def test_each_weekday_has_its_own_hours() -> None:
    spans = weekly(date(2027, 3, 1), date(2027, 3, 7), 1, {1: ALL_DAY, 2: (540, 600)}, OSLO)
    assert [span.duration for span in spans] == [DAY, timedelta(hours=1)]


def turn(day: date, first: date, every: int) -> bool:
    return ((day.year - first.year) * 12 + day.month - first.month) % every == 0


@given(firsts, st.integers(0, 3000), st.integers(1, 14), st.integers(1, 31))
def test_a_day_of_some_months(first: date, more: int, every: int, number: int) -> None:
    last = first + more * DAY
    meant = walked(first, last, lambda day: day.day == number and turn(day, first, every))
    check(lambda: monthly_by_day(first, last, every, number, NINE, OSLO), meant)


@given(firsts, st.integers(0, 3000), st.integers(1, 14), st.integers(1, 5), st.integers(1, 7))
def test_a_weekday_of_some_months(first: date, more: int, every: int, week: int, weekday: int) -> None:
    def is_meant(day: date) -> bool:
        month = calendar.monthrange(day.year, day.month)[1]
        nth = day.day > month - 7 if week == LAST_WEEK else (day.day - 1) // 7 + 1 == week
        return nth and day.isoweekday() == weekday and turn(day, first, every)

    last = first + more * DAY
    check(
        lambda: monthly_by_week(first, last, every, NINE, OSLO, week=week, weekday=weekday),
        walked(first, last, is_meant),
    )


@given(firsts, st.integers(0, 4000), st.sampled_from([(2, 29), (2, 28), (4, 30), (12, 31), (6, 1)]))
def test_a_day_of_every_year(first: date, more: int, on: tuple[int, int]) -> None:
    last = first + more * DAY
    meant = walked(first, last, lambda day: (day.month, day.day) == on)
    check(lambda: yearly(first, last, *on, NINE, OSLO), meant)


MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)
FAULTS: list[tuple[Act, str, str]] = [
    (lambda: yearly(MARCH, APRIL, 2, 30, NINE, OSLO), "day", "invalid"),
    (lambda: yearly(MARCH, APRIL, 4, 31, NINE, OSLO), "day", "invalid"),
    (lambda: yearly(MARCH, APRIL, 0, 1, NINE, OSLO), "month", "invalid"),
    (lambda: yearly(MARCH, APRIL, 13, 1, NINE, OSLO), "month", "invalid"),
    (lambda: monthly_by_day(MARCH, APRIL, 0, 1, NINE, OSLO), "every_months", "invalid"),
    (lambda: monthly_by_day(MARCH, APRIL, 1, 32, NINE, OSLO), "day", "invalid"),
    (lambda: monthly_by_week(MARCH, APRIL, 1, NINE, OSLO, week=6, weekday=1), "week", "invalid"),
    (lambda: monthly_by_week(MARCH, APRIL, 1, NINE, OSLO, week=1, weekday=8), "weekday", "invalid"),
    (lambda: weekly(MARCH, APRIL, 0, {1: NINE}, OSLO), "every_weeks", "invalid"),
    (lambda: weekly(MARCH, APRIL, 10**30, {1: NINE}, OSLO), "every_weeks", "invalid"),
    (lambda: weekly(MARCH, APRIL, 1, {0: NINE}, OSLO), "weekday", "invalid"),
    (lambda: weekly(MARCH, APRIL, 1, {1: (600, 600)}, OSLO), "ends_at", "before_start"),
    (lambda: daily(MARCH, APRIL, (600, 540), OSLO), "ends_at", "before_start"),
    (lambda: daily(MARCH, APRIL, (600, 2881), OSLO), "ends_at", "invalid"),
    (lambda: daily(MARCH, APRIL, (-1, 60), OSLO), "starts_at", "invalid"),
    (lambda: daily(APRIL, MARCH, NINE, OSLO), "ends_at", "before_start"),
    (lambda: daily(date.min, date.max, NINE, OSLO), "starts_at", "out_of_range"),
    (lambda: once(MARCH, MARCH, 600, 600, OSLO), "ends_at", "before_start"),
    (lambda: once(MARCH, APRIL, 1440, 600, OSLO), "starts_at", "invalid"),
    (lambda: once(MARCH, APRIL, 600, 1441, OSLO), "ends_at", "invalid"),
    (lambda: once(date(2027, 3, 28), date(2027, 3, 28), 130, 170, OSLO), "starts_at", "invalid"),
    (lambda: once(APRIL, MARCH, 0, 600, OSLO), "ends_at", "before_start"),
]


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_what_can_not_be_meant_is_named(number: int) -> None:
    act, field, reason = FAULTS[number]
    with pytest.raises(Invalid) as refused:
        act()
    assert Fault(field, reason) in refused.value.faults


def test_a_night_is_cut_at_midnight_and_ends_by_the_clock() -> None:
    night: Hours = (22 * 60, 26 * 60)
    spans = daily(date(2027, 3, 26), date(2027, 3, 27), night, OSLO)
    assert [span.start.astimezone(OSLO).hour for span in spans] == [22, 0, 22, 0]
    assert spans[-1].end == datetime(2027, 3, 28, 1, tzinfo=UTC)  # 02:00, which the clock skips, is 03:00
    assert weekly(date(2027, 3, 26), date(2027, 3, 27), 1, {5: night}, OSLO) == spans[:2]


def test_ages_are_not_walked() -> None:
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    acts: list[Act] = [
        lambda: once(first, last, 0, 1440, OSLO),
        lambda: daily(first, last, NINE, OSLO),
        lambda: weekly(first, last, 1, {1: NINE}, OSLO),
        lambda: monthly_by_day(first, last, 1, 31, NINE, OSLO),
        lambda: monthly_by_week(first, last, 1, NINE, OSLO, week=LAST_WEEK, weekday=5),
        lambda: yearly(first, last, 2, 29, NINE, OSLO),
    ]
    for act in acts:
        with pytest.raises(TooManyOccurrences):
            act()
    with pytest.raises(BadRecurrence):
        monthly_by_day(date(FIRST_YEAR, 2, 1), last, 12, 30, NINE, OSLO)
