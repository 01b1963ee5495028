"""Repeated times begin and end on the wall, also when clocks are changed: docs/decisions/0025."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from kalends.engine.time.recurrence import Recurrence, expand
from kalends.engine.time.span import Span

OSLO, BERLIN, AMSTERDAM = ZoneInfo("Europe/Oslo"), ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Amsterdam")
NIGHTS = "24T22:00 25T06:00", "25T22:00 26T06:00", "26T22:00 27T06:00"
DAYS = [f"{day}T00:00 {day + 1}T00:00" for day in range(24, 29)]


def walls(begins: str, ends: str, recurrence: Recurrence, zone: ZoneInfo = BERLIN) -> list[str]:
    """The occurrences of a recurrence as days and hours on the wall."""
    span = Span(*(datetime.fromisoformat(at).replace(tzinfo=zone).astimezone(UTC) for at in (begins, ends)))
    spans = expand(recurrence, span, zone)
    return [" ".join(f"{at.astimezone(zone):%-dT%H:%M}" for at in (span.start, span.end)) for span in spans]


def test_days_and_nights_end_on_the_wall_when_clocks_are_changed() -> None:
    assert walls("2028-03-24T00:00", "2028-03-25T00:00", Recurrence("FREQ=DAILY;COUNT=5")) == DAYS
    assert tuple(walls("2028-03-24T22:00", "2028-03-25T06:00", Recurrence("FREQ=DAILY;COUNT=3"))) == NIGHTS
    dates = Recurrence(rdate="20280325,20280326T220000")
    assert tuple(walls("2028-03-24T22:00", "2028-03-25T06:00", dates)) == NIGHTS
    begun = walls("2027-10-31T00:00", "2027-11-01T00:00", Recurrence("FREQ=DAILY;COUNT=3"), AMSTERDAM)
    assert begun == ["31T00:00 1T00:00", "1T00:00 2T00:00", "2T00:00 3T00:00"]
    weeks = walls("2028-03-18T10:00", "2028-03-25T10:00", Recurrence("FREQ=WEEKLY;COUNT=3"))
    assert weeks == ["18T10:00 25T10:00", "25T10:00 1T10:00", "1T10:00 8T10:00"]


def test_what_counts_elapsed_time_stays_exact() -> None:
    period = Recurrence(rdate="VALUE=PERIOD:20280325T220000/PT8H")
    assert walls("2028-03-24T22:00", "2028-03-25T06:00", period)[1] == "25T22:00 26T07:00"
    hourly = walls("2028-03-25T22:00", "2028-03-26T01:00", Recurrence("FREQ=HOURLY;INTERVAL=3;COUNT=2"))
    assert hourly == ["25T22:00 26T01:00", "26T01:00 26T05:00"]


@pytest.mark.parametrize("sunday", ["2027-03-28", "2027-10-31"])
@pytest.mark.parametrize("meeting", ["02:00", "03:00", "01:30", "03:30"])
def test_series_that_touch_on_the_wall_only_touch(sunday: str, meeting: str) -> None:
    week_before = datetime.fromisoformat(sunday) - timedelta(days=7)
    times = [datetime.fromisoformat(f"{week_before:%Y-%m-%d}T{at}") for at in ("00:00", meeting, "06:00")]
    marks = [at.replace(tzinfo=OSLO).astimezone(UTC) for at in times]
    rule = Recurrence("FREQ=WEEKLY;COUNT=3")
    early, late = (expand(rule, Span(*pair), OSLO) for pair in pairwise(marks))
    assert [span.end for span in early] == [span.start for span in late]


def test_in_a_fold_the_first_passing_ends_one_and_begins_the_next() -> None:
    rule = Recurrence("FREQ=DAILY;COUNT=2")
    nights = (datetime.fromisoformat(f"2025-10-25T{at}").replace(tzinfo=OSLO) for at in ("01:00", "02:30"))
    early, late = (Span(at.astimezone(UTC), at.astimezone(UTC) + timedelta(minutes=90)) for at in nights)
    assert expand(rule, early, OSLO)[1].end == expand(rule, late, OSLO)[1].start
