from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.engine.availability.holidays import HolidayCalendar, holidays_between
from kalends.engine.availability.openings import Opening, OpeningException, OpeningHours, open_spans, outside_hours
from kalends.engine.refusals import Invalid
from kalends.engine.time.clock import day_span, instant
from kalends.engine.time.span import Span, Spans
from tests.engine.oracles import changes, is_open, length, shown, walk

OSLO = ZoneInfo("Europe/Oslo")
MONDAY, TUESDAY, FRIDAY, SATURDAY = (date(2025, 6, day) for day in (2, 3, 6, 7))
WEEK = Span(day_span(MONDAY, OSLO).start, day_span(date(2025, 6, 8), OSLO).end)
OFFICE = tuple(Opening(weekday, 9 * 60, 17 * 60) for weekday in range(1, 6))
MASSAGE, SAUNA = 7, 8


def hours(*openings: Opening, **more: Any) -> OpeningHours:
    return OpeningHours(OSLO, openings, **more)


def between(day: date, opens: int, closes: int) -> Span:
    return Span(instant(day, opens * 60, OSLO), instant(day, closes * 60, OSLO))


def test_an_office_is_open_from_nine_to_five_on_weekdays() -> None:
    opened = open_spans(hours(*OFFICE), WEEK)
    assert len(opened) == 5
    assert opened.spans[0] == between(MONDAY, 9, 17)


def test_a_window_cuts_what_it_meets() -> None:
    assert list(open_spans(hours(*OFFICE), between(MONDAY, 8, 10))) == [between(MONDAY, 9, 10)]
    assert not open_spans(hours(*OFFICE), between(MONDAY, 17, 20))


def test_times_that_are_not_wholly_open_are_outside() -> None:
    closed = OpeningException(TUESDAY, TUESDAY + timedelta(days=1))
    office = hours(*OFFICE, exceptions=(closed,))
    inside, late = between(MONDAY, 9, 10), between(MONDAY, 16, 18)
    away, ages_later = between(TUESDAY, 9, 10), between(date(2925, 6, 5), 8, 9)
    assert outside_hours(office, [ages_later, away, inside, late]) == [late, away, ages_later]
    assert outside_hours(hours(always_open=True), [inside, away]) == []
    assert outside_hours(hours(), [inside]) == [inside]


def test_an_opening_holds_from_its_first_day_until_the_day_before_its_last() -> None:
    summer = Opening(1, 540, 600, valid_from=MONDAY, valid_until=date(2025, 6, 16))
    month = Span(WEEK.start - timedelta(days=14), WEEK.end + timedelta(days=14))
    assert list(open_spans(hours(summer), month)) == [between(MONDAY, 9, 10), between(date(2025, 6, 9), 9, 10)]


def test_a_bar_that_closes_at_two_is_open_in_the_night_of_saturday() -> None:
    bar = hours(Opening(5, 18 * 60, 26 * 60))
    assert list(open_spans(bar, WEEK)) == [between(FRIDAY, 18, 26)]
    assert list(open_spans(bar, day_span(SATURDAY, OSLO))) == [between(SATURDAY, 0, 2)]


def test_the_night_belongs_to_the_evening_even_when_the_next_day_is_closed() -> None:
    closed = OpeningException(SATURDAY, date(2025, 6, 9))
    bar = hours(Opening(5, 18 * 60, 26 * 60), Opening(6, 18 * 60, 26 * 60), exceptions=(closed,))
    assert list(open_spans(bar, WEEK)) == [between(FRIDAY, 18, 26)]


def test_special_hours_replace_the_weekly_ones_and_add_up() -> None:
    special = (OpeningException(MONDAY, TUESDAY, 600, 660), OpeningException(MONDAY, TUESDAY, 720, 780))
    opened = open_spans(hours(*OFFICE, exceptions=special), day_span(MONDAY, OSLO))
    assert list(opened) == [between(MONDAY, 10, 11), between(MONDAY, 12, 13)]


def test_closed_wins_over_special_hours() -> None:
    both = (OpeningException(MONDAY, TUESDAY, 600, 660), OpeningException(MONDAY, TUESDAY, title="Moving"))
    assert not open_spans(hours(*OFFICE, exceptions=both), day_span(MONDAY, OSLO))


def test_holidays_are_closed_and_special_hours_reopen_them() -> None:
    norway = HolidayCalendar("NO")
    whit_monday = day_span(date(2025, 6, 9), OSLO)
    assert not open_spans(hours(*OFFICE, holidays=norway), whit_monday)
    special = OpeningException(date(2025, 6, 9), date(2025, 6, 10), 720, 840)
    reopened = open_spans(hours(*OFFICE, holidays=norway, exceptions=(special,)), whit_monday)
    assert list(reopened) == [between(date(2025, 6, 9), 12, 14)]


def test_always_open_is_open_but_for_exceptions_and_holidays() -> None:
    calendar = HolidayCalendar(days=((TUESDAY, "Inventory"),))
    opened = open_spans(hours(always_open=True, holidays=calendar), WEEK)
    assert opened == Spans.of([WEEK]) - Spans.of([day_span(TUESDAY, OSLO)])


def test_an_opening_may_be_for_some_services_only() -> None:
    spa = hours(Opening(1, 540, 600, service_ids=frozenset({MASSAGE})), Opening(1, 660, 720))
    assert list(open_spans(spa, WEEK, SAUNA)) == [between(MONDAY, 11, 12)]
    assert list(open_spans(spa, WEEK, MASSAGE)) == [between(MONDAY, 9, 10), between(MONDAY, 11, 12)]
    assert open_spans(spa, WEEK) == open_spans(spa, WEEK, MASSAGE)


def test_one_service_being_closed_leaves_the_others_open() -> None:
    closed = OpeningException(MONDAY, TUESDAY, service_ids=frozenset({MASSAGE}))
    spa = hours(*OFFICE, exceptions=(closed,))
    assert not open_spans(spa, day_span(MONDAY, OSLO), MASSAGE)
    assert list(open_spans(spa, day_span(MONDAY, OSLO), SAUNA)) == [between(MONDAY, 9, 17)]
    assert list(open_spans(spa, day_span(MONDAY, OSLO))) == [between(MONDAY, 9, 17)]


def test_holidays_have_titles_and_own_ones_win() -> None:
    calendar = HolidayCalendar("NO", days=((date(2025, 5, 17), "Parade"), (date(2025, 5, 19), "Staff outing")))
    may = holidays_between(calendar, date(2025, 5, 2), date(2025, 5, 29))
    assert may == {date(2025, 5, 17): "Parade", date(2025, 5, 19): "Staff outing"}
    assert date(2025, 5, 29) in holidays_between(calendar, date(2025, 5, 29), date(2025, 5, 30))


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    epiphany = date(2025, 1, 6), date(2025, 1, 7)
    assert holidays_between(HolidayCalendar("de", "BY"), *epiphany)
    assert not holidays_between(HolidayCalendar("DE", "BE"), *epiphany)


@pytest.mark.parametrize(
    ("country", "subdivision", "field"),
    [("XX", None, "country"), ("", None, "country"), ("NO", "BY", "subdivision")],
)
def test_an_unknown_country_is_refused(country: str, subdivision: str | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        open_spans(hours(holidays=HolidayCalendar(country, subdivision)), WEEK)
    assert refused.value.faults[0].field == field


@pytest.mark.parametrize(("opens", "closes"), [(-1, 60), (1440, 1500), (60, 60), (600, 540), (60, 2881)])
def test_hours_that_no_clock_shows_are_refused(opens: int, closes: int) -> None:
    with pytest.raises(Invalid):
        Opening(1, opens, closes)
    with pytest.raises(Invalid):
        OpeningException(MONDAY, TUESDAY, opens, closes)


def test_half_an_exception_and_an_eighth_day_are_refused() -> None:
    with pytest.raises(Invalid):
        OpeningException(MONDAY, TUESDAY, opens=540)
    with pytest.raises(Invalid):
        Opening(8, 540, 600)


def test_who_closes_in_a_doubled_hour_closes_when_it_comes_the_second_time() -> None:
    sunday = Opening(7, 60, 150)
    window = day_span(date(2025, 10, 26), OSLO)
    assert length(open_spans(hours(sunday), window)) == timedelta(hours=2, minutes=30)


def test_on_every_change_of_clocks_an_opening_around_the_clock_is_the_whole_day() -> None:
    assert len(changes()) > 100
    for zone, change in changes():
        window = Span(change - timedelta(days=2), change + timedelta(days=2))
        week = tuple(Opening(weekday, 0, 1440) for weekday in range(1, 8))
        assert list(open_spans(OpeningHours(zone, week), window)) == [window]
        day = shown(change - timedelta(minutes=1), zone).date()
        only = (Opening(day.isoweekday(), 0, 1440),)
        assert list(open_spans(OpeningHours(zone, only), window)) == [day_span(day, zone)]


def test_on_every_change_of_clocks_a_night_shift_is_as_long_as_it_really_is() -> None:
    for zone, change in changes():
        evening = shown(change, zone).date() - timedelta(days=1)
        shift = OpeningHours(zone, (Opening(evening.isoweekday(), 18 * 60, 30 * 60),))
        window = Span(change - timedelta(hours=32), change + timedelta(hours=32))
        worked = [moment for moment in walk(window) if is_open(shift, moment, 0, set())]
        assert length(open_spans(shift, window)) == timedelta(minutes=len(worked))


days = st.integers(0, 6).map(lambda ahead: date(2025, 3, 27) + timedelta(days=ahead))
services = st.none() | st.sets(st.sampled_from([MASSAGE, SAUNA]), min_size=1).map(frozenset)
pairs = st.tuples(st.integers(0, 1439), st.integers(1, 1441)).map(lambda pair: (pair[0], sum(pair)))
openings = st.builds(
    lambda weekday, pair, of: Opening(weekday, pair[0], pair[1], service_ids=of), st.integers(1, 7), pairs, services
)
exceptions = st.builds(
    lambda day, length, pair, of: OpeningException(day, day + timedelta(days=length), pair[0], pair[1], service_ids=of),
    days,
    st.integers(1, 2),
    pairs | st.just((None, None)),
    services,
)


@settings(max_examples=40)
@given(st.lists(openings, max_size=4), st.lists(exceptions, max_size=3), st.sets(days, max_size=2), st.booleans())
def test_a_week_with_a_gap_is_open_when_the_wall_clock_shows_open_hours(
    rows: list[Opening], others: list[OpeningException], closed: set[date], always: bool
) -> None:
    calendar = HolidayCalendar(days=tuple((day, "Closed") for day in closed))
    week = OpeningHours(OSLO, tuple(rows), tuple(others), calendar, always)
    window = Span(datetime(2025, 3, 28, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))
    opened = open_spans(week, window, MASSAGE)
    shown_open = [
        Span(moment, moment + timedelta(minutes=1)) for moment in walk(window) if is_open(week, moment, MASSAGE, closed)
    ]
    assert opened == Spans.of(shown_open)
