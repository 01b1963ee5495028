from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.refusals import Invalid
from kalends.engine.time.clock import day_span, days_of, from_wall, instant, shifts, to_wall, wall, zone
from kalends.engine.time.span import Span
from tests.engine.oracles import changes, shown, walk

OSLO = ZoneInfo("Europe/Oslo")
GAP, FOLD = date(2025, 3, 30), date(2025, 10, 26)  # 02:00 -> 03:00 and 03:00 -> 02:00, both at 01:00 UTC


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def test_minutes_count_from_local_midnight_and_on_into_the_next_day() -> None:
    day = date(2025, 6, 2)
    assert instant(day, 9 * 60, OSLO) == utc(day, 7)
    assert instant(day, 26 * 60, OSLO) == utc(date(2025, 6, 3), 0)


def test_a_wall_time_in_a_gap_is_the_moment_of_the_gap() -> None:
    assert instant(GAP, 150, OSLO) == instant(GAP, 150, OSLO, ends=True) == utc(GAP, 1)
    assert instant(GAP, 120, OSLO) == instant(GAP, 180, OSLO) == utc(GAP, 1)


def test_in_a_fold_a_start_is_the_first_passing_and_an_end_the_second() -> None:
    assert instant(FOLD, 150, OSLO) == utc(FOLD, 0, 30)
    assert instant(FOLD, 150, OSLO, ends=True) == utc(FOLD, 1, 30)


def test_what_ends_where_a_fold_begins_has_no_part_in_it() -> None:
    assert instant(FOLD, 120, OSLO, ends=True) == utc(FOLD, 0)
    assert instant(FOLD, 180, OSLO, ends=True) == utc(FOLD, 2)


def test_a_person_who_names_a_time_in_a_gap_means_an_hour_later() -> None:
    wall_time = datetime(2025, 3, 30, 2, 30)
    assert from_wall(wall_time, OSLO) == utc(GAP, 1, 30)
    assert to_wall(utc(GAP, 1, 30), OSLO) == wall_time + timedelta(hours=1)


def test_a_person_who_names_a_time_in_a_fold_means_the_first_passing() -> None:
    wall_time = datetime(2025, 10, 26, 2, 30)
    assert from_wall(wall_time, OSLO) == utc(FOLD, 0, 30)


def test_both_passings_of_a_fold_look_the_same_on_the_wall() -> None:
    assert wall(utc(FOLD, 0, 30), OSLO) == wall(utc(FOLD, 1, 30), OSLO) == (FOLD, 150)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_the_wall_shows_what_was_asked_for_unless_that_time_never_comes(moment: datetime) -> None:
    day, minute = wall(moment, OSLO)
    assert wall(instant(day, minute, OSLO), OSLO) == (day, minute)
    assert abs(instant(day, minute, OSLO) - moment) < timedelta(minutes=61)


def test_days_are_23_24_and_25_hours_long() -> None:
    lengths = [day_span(day, OSLO).duration for day in (GAP, date(2025, 6, 2), FOLD)]
    assert lengths == [timedelta(hours=23), timedelta(hours=24), timedelta(hours=25)]


def test_a_date_that_a_place_skipped_has_no_length() -> None:
    apia = ZoneInfo("Pacific/Apia")  # crossed the date line at the end of 29 December 2011
    assert day_span(date(2011, 12, 30), apia).duration == timedelta()
    assert day_span(date(2011, 12, 29), apia).end == day_span(date(2011, 12, 31), apia).start


def test_a_span_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    day = date(2025, 6, 2)
    assert days_of(day_span(day, OSLO), OSLO) == (day,)
    assert days_of(Span(instant(day, 1439, OSLO), instant(day, 1441, OSLO)), OSLO) == (day, date(2025, 6, 3))
    assert days_of(Span(utc(day, 5), utc(day, 5)), OSLO) == ()


def test_shifts_are_the_moments_at_which_clocks_are_changed() -> None:
    year = Span(utc(date(2025, 1, 1), 0), utc(date(2026, 1, 1), 0))
    hour = timedelta(hours=1)
    assert list(shifts(year, OSLO)) == [(utc(GAP, 1), hour), (utc(FOLD, 1), -hour)]
    assert list(shifts(Span(utc(GAP, 1), utc(GAP, 9)), OSLO)) == []


def test_in_every_zone_a_day_is_all_the_minutes_that_show_its_date() -> None:
    for place, change in changes():
        day = shown(change, place).date()
        around = Span(change - timedelta(hours=30), change + timedelta(hours=30))
        of_day = [moment for moment in walk(around) if shown(moment, place).date() == day]
        assert day_span(day, place) == Span(of_day[0], of_day[-1] + timedelta(minutes=1)), place


def test_in_every_zone_a_gap_shortens_and_a_fold_lengthens_what_spans_it() -> None:
    for place, change in changes():
        ((_, jump),) = shifts(Span(change - timedelta(hours=1), change + timedelta(hours=1)), place)
        day = shown(change, place).date() - timedelta(days=1)
        two_days = Span(instant(day, 0, place), instant(day, 2880, place, ends=True))
        assert two_days.duration == timedelta(days=2) - jump, place


# They are files of the zone database too: what the machine is set to, or nothing.
NO_ZONES = ["localtime", "posixrules", "Factory", "posix/Factory"]


@pytest.mark.parametrize(
    "name", ["", "Oslo", "Europe", "../etc/passwd", "/etc/passwd", "x" * 5000, "a\0b", "\ud800", *NO_ZONES]
)
def test_a_zone_that_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        zone(name)
    assert refused.value.faults[0].field == "time_zone"


def test_a_known_zone_is_given() -> None:
    assert zone("Europe/Oslo") == OSLO
