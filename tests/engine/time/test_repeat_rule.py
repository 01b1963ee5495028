"""Repeats in days, weeks and months, by the clock of the place."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from kalends.engine.refusals import TooManyOccurrences
from kalends.engine.time.repeat_rule import RepeatRule, Unit, repeated
from kalends.engine.time.span import Span
from tests.desk import HOUR

OSLO = ZoneInfo("Europe/Oslo")


def starts(day: tuple[int, int, int], unit: Unit, interval: int, repeats: int) -> list[str]:
    start = datetime(*day, 9, tzinfo=OSLO).astimezone(UTC)
    spans = repeated(RepeatRule(unit, interval, repeats), Span(start, start + HOUR), OSLO)
    return [f"{span.start.astimezone(OSLO):%m-%d %H:%M}" for span in spans]


@pytest.mark.parametrize(
    ("unit", "interval", "days"),
    [
        ("day", 1, ["03-26", "03-27", "03-28"]),
        ("day", 3, ["03-26", "03-29", "04-01"]),
        ("week", 2, ["03-26", "04-09", "04-23"]),
        ("month", 1, ["03-26", "04-26", "05-26"]),
    ],
)
def test_the_hours_stay_when_clocks_change(unit: Unit, interval: int, days: list[str]) -> None:
    assert starts((2027, 3, 26), unit, interval, 2) == [f"{day} 09:00" for day in days]


def test_a_month_that_is_too_short_has_it_on_its_last_day() -> None:
    assert starts((2027, 1, 31), "month", 1, 3) == ["01-31 09:00", "02-28 09:00", "03-31 09:00", "04-30 09:00"]
    assert starts((2027, 12, 30), "month", 2, 1) == ["12-30 09:00", "02-29 09:00"]


def test_nothing_is_repeated_for_ever() -> None:
    assert len(starts((2027, 1, 1), "week", 99, 51)) == 52
    with pytest.raises(TooManyOccurrences):
        starts((2027, 1, 1), "day", 1, 731)
