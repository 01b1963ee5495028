"""What a form sends of dates and hours, and which of a booking's times it means."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
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
    return NewTimes(**sent)


def retimed(spans: Sequence[Span], range_: DateRange | None, times: NewTimes) -> Sequence[Span]:
    """The times in Oslo."""
    return retime({OSLO: spans}, range_, times, [OSLO])[OSLO]


HOURS = {"from_minute": 18 * 60, "until_minute": 20 * 60}
RANGE = {"first": JANUARY.first, "last": JANUARY.last}


@pytest.mark.parametrize(
    "sent",
    [{}, RANGE, HOURS, RANGE | HOURS, {"first": date(2028, 1, 5), "last": date(2028, 1, 26)}],
    ids=["nothing", "the range", "the hours", "both", "the days of the first and the last"],
)
def test_what_is_sent_as_it_was_changes_nothing(sent: dict[str, Any]) -> None:
    assert retimed(WEDNESDAYS, JANUARY, new(**sent)) == WEDNESDAYS


@pytest.mark.parametrize("range_", [JANUARY, None])
def test_other_hours_are_for_every_time(range_: DateRange | None) -> None:
    times = retimed(WEDNESDAYS, range_, new(from_minute=17 * 60))
    assert times == tuple(at(day, 17) for day in (5, 12, 19, 26))


def test_a_range_that_moves_takes_every_time_along() -> None:
    moved = new(first=date(2028, 1, 2), last=date(2028, 1, 29))
    assert retimed(WEDNESDAYS, JANUARY, moved) == tuple(at(day) for day in (6, 13, 20, 27))
    assert shifted_range(JANUARY, moved) == DateRange(date(2028, 1, 2), date(2028, 1, 29))
    assert retimed(WEDNESDAYS, None, new(first=date(2028, 1, 6))) == tuple(at(day) for day in (6, 13, 20, 27))


def test_the_day_of_one_time_changes_that_one() -> None:
    times = retimed(WEDNESDAYS, JANUARY, new(first=date(2028, 1, 12), last=date(2028, 1, 12), from_minute=19 * 60))
    assert times == (at(5), at(12, 19), at(19), at(26))


def test_a_range_of_another_length_says_nothing_of_which_times_are_meant() -> None:
    with pytest.raises(SeparateTimes) as refused:
        retimed(WEDNESDAYS, JANUARY, new(first=date(2028, 1, 5), last=date(2028, 2, 10)))
    assert [time.first.day for time in refused.value.times] == [5, 12, 19, 26]


def test_one_time_is_what_is_sent() -> None:
    assert retimed((at(5),), None, new(first=date(2028, 1, 6), last=date(2028, 1, 6))) == (at(6),)
    longer = retimed((at(5),), None, new(last=date(2028, 1, 6)))
    assert [to_wall(span.start, OSLO).hour for span in longer] == [18, 0]
    assert longer[-1].end == at(6).end


def test_one_time_of_a_range_stays_where_the_range_is_sent_again() -> None:
    assert retimed((at(5),), JANUARY, new(**RANGE, **HOURS)) == (at(5),)


CANARY, MADRID = ZoneInfo("Atlantic/Canary"), ZoneInfo("Europe/Madrid")


def test_places_with_other_clocks_have_one_time_in_common() -> None:
    ten = datetime(2028, 1, 5, 10, tzinfo=UTC)
    hour = timedelta(hours=1)
    there = {MADRID: [Span(ten - hour, ten)], CANARY: [Span(ten, ten + hour)]}
    assert retime(there, None, new(), [MADRID, CANARY]) == {zone: tuple(spans) for zone, spans in there.items()}
    later = retime(there, None, new(from_minute=11 * 60, until_minute=12 * 60), [CANARY, MADRID])
    assert later == {CANARY: (Span(ten + hour, ten + 2 * hour),), MADRID: (Span(ten, ten + hour),)}
    moved = retime({MADRID: there[MADRID]}, None, new(), [CANARY])
    assert moved == {CANARY: tuple(there[CANARY])}


def test_the_second_half_past_two_stays_the_second() -> None:
    second = datetime(2028, 10, 29, 1, 30, tzinfo=UTC)
    spans = (Span(second, second + timedelta(minutes=15)),)
    same = new(first=date(2028, 10, 29), last=date(2028, 10, 29), from_minute=150, until_minute=165)
    assert retimed(spans, None, same) == spans
