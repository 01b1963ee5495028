"""What a form sends of dates and hours, and which of a booking's times it means."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kalends.engine.bookings.patch import NewTimes
from kalends.engine.bookings.request import DateRange
from kalends.engine.bookings.retime import retime, shifted_range
from kalends.engine.refusals import SeparateTimes
from kalends.engine.time.clock import to_wall
from kalends.engine.time.span import Span

OSLO = ZoneInfo("Europe/Oslo")
JANUARY = DateRange(date(2028, 1, 1), date(2028, 1, 28))


def at(day: int, opens: int = 18, closes: int = 20) -> Span:
    """Hours of a day of January 2028, in winter an hour behind in UTC."""
    return Span(datetime(2028, 1, day, opens - 1, tzinfo=UTC), datetime(2028, 1, day, closes - 1, tzinfo=UTC))


WEDNESDAYS = (at(5), at(12), at(19), at(26))


def new(**sent: Any) -> NewTimes:
    return NewTimes(zone=OSLO, **sent)


HOURS = {"from_minute": 18 * 60, "until_minute": 20 * 60}
RANGE = {"first": JANUARY.first, "last": JANUARY.last}


@pytest.mark.parametrize(
    "sent",
    [{}, RANGE, HOURS, RANGE | HOURS, {"first": date(2028, 1, 5), "last": date(2028, 1, 26)}],
    ids=["nothing", "the range", "the hours", "both", "the days of the first and the last"],
)
def test_what_is_sent_as_it_was_changes_nothing(sent: dict[str, Any]) -> None:
    assert retime(WEDNESDAYS, JANUARY, new(**sent)) == WEDNESDAYS


@pytest.mark.parametrize("range_", [JANUARY, None])
def test_other_hours_are_for_every_time(range_: DateRange | None) -> None:
    times = retime(WEDNESDAYS, range_, new(from_minute=17 * 60))
    assert times == tuple(at(day, 17) for day in (5, 12, 19, 26))


def test_a_range_that_moves_takes_every_time_along() -> None:
    moved = new(first=date(2028, 1, 2), last=date(2028, 1, 29))
    assert retime(WEDNESDAYS, JANUARY, moved) == tuple(at(day) for day in (6, 13, 20, 27))
    assert shifted_range(JANUARY, moved) == DateRange(date(2028, 1, 2), date(2028, 1, 29))
    assert retime(WEDNESDAYS, None, new(first=date(2028, 1, 6))) == tuple(at(day) for day in (6, 13, 20, 27))


def test_the_day_of_one_time_changes_that_one() -> None:
    times = retime(WEDNESDAYS, JANUARY, new(first=date(2028, 1, 12), last=date(2028, 1, 12), from_minute=19 * 60))
    assert times == (at(5), at(12, 19), at(19), at(26))


def test_a_range_of_another_length_says_nothing_of_which_times_are_meant() -> None:
    with pytest.raises(SeparateTimes) as refused:
        retime(WEDNESDAYS, JANUARY, new(first=date(2028, 1, 5), last=date(2028, 2, 10)))
    assert refused.value.spans == WEDNESDAYS


def test_one_time_is_what_is_sent() -> None:
    assert retime((at(5),), None, new(first=date(2028, 1, 6), last=date(2028, 1, 6))) == (at(6),)
    longer = retime((at(5),), None, new(last=date(2028, 1, 6)))
    assert [to_wall(span.start, OSLO).hour for span in longer] == [18, 0]
    assert longer[-1].end == at(6).end


def test_one_time_of_a_range_stays_where_the_range_is_sent_again() -> None:
    assert retime((at(5),), JANUARY, new(**RANGE, **HOURS)) == (at(5),)
