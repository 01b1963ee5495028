from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kalends.engine.billing.length import billed_days, billed_seconds
from kalends.engine.time.clock import from_wall
from kalends.engine.time.span import Span

OSLO = ZoneInfo("Europe/Oslo")
SPRING, AUTUMN = "2027-03-28", "2027-10-31"


def span(start: str, end: str) -> Span:
    return Span(from_wall(datetime.fromisoformat(start), OSLO), from_wall(datetime.fromisoformat(end), OSLO))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (f"{SPRING} 00:00", "2027-03-29 00:00", 24),  # 23 hours by the stopwatch
        (f"{AUTUMN} 00:00", "2027-11-01 00:00", 24),  # 25
        ("2027-03-27 22:00", "2027-03-29 06:00", 32),  # the edges as long as they last, the day in between as a day
        ("2027-03-27 22:00", f"{SPRING} 06:00", 7),  # a night lasts as long as it lasts
        (f"{AUTUMN} 00:00", f"{AUTUMN} 23:00", 24),
        ("2027-03-01 10:00", "2027-03-01 11:30", 1.5),
        ("2027-03-01 00:00", "2027-03-15 00:00", 336),
    ],
)
def test_a_whole_day_is_24_hours(start: str, end: str, hours: float) -> None:
    assert billed_seconds(span(start, end), OSLO) == int(hours * 3600)


def test_a_day_is_one_day_also_when_clocks_change() -> None:
    for day, following in ((SPRING, "2027-03-29"), (AUTUMN, "2027-11-01")):
        assert billed_days(span(f"{day} 00:00", f"{following} 00:00"), OSLO) == 1
    assert billed_days(span("2027-03-01 23:00", "2027-03-02 01:00"), OSLO) == 2


def test_parts_of_a_second_count() -> None:
    start = datetime(2027, 3, 1, tzinfo=UTC)
    assert str(billed_seconds(Span(start, start + timedelta(microseconds=1)), OSLO)) == "0.000001"
