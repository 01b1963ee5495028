from datetime import UTC, date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kalends.engine.limits import LONGEST_TEXT
from kalends.engine.refusals import BadRecurrence
from kalends.engine.time.rrule import Period, Stamp, parse_dates, parse_rule


def test_a_rule_is_read_with_or_without_its_name_in_any_case() -> None:
    plain = parse_rule("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH")
    assert parse_rule("rrule:freq=weekly;interval=2;count=8;wkst=su;byday=tu,th;") == plain
    assert (plain.frequency, plain.interval, plain.count, plain.week_start) == ("WEEKLY", 2, 8, 6)
    assert plain.days == ((1, 0), (3, 0))


def test_until_is_a_date_a_wall_time_or_an_instant() -> None:
    untils = [
        parse_rule(f"FREQ=DAILY;UNTIL={text}").until for text in ("19971224", "19971224T010203", "19971224T010203Z")
    ]
    day, at = date(1997, 12, 24), time(1, 2, 3)
    assert untils == [Stamp(day), Stamp(day, at), Stamp(day, at, UTC)]


def test_positions_that_a_week_does_not_have_are_left_out() -> None:
    assert parse_rule("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-8,-7,1,9").numbers["BYSETPOS"] == (-7, 1)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "RRULE:", "COUNT=3", "FREQ", "FREQ=", "FREQ=SOMETIMES", "FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=2",
        "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;;COUNT=2", "FREQ=DAILY;BYEASTER=0", "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=", "FREQ=DAILY;COUNT=٣", "FREQ=DAILY;COUNT=1_0", "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=100000", "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;UNTIL=20250230", "FREQ=DAILY;WKST=XX", "FREQ=DAILY;BYMONTH=13", "FREQ=DAILY;BYMONTH=-1",
        "FREQ=DAILY;BYMONTHDAY=0", "FREQ=DAILY;BYHOUR=24", "FREQ=DAILY;BYSECOND=60", "FREQ=YEARLY;BYWEEKNO=54",
        "FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=YEARLY;BYDAY=54MO",
        "FREQ=YEARLY;BYMONTH=5;BYDAY=6MO", "FREQ=YEARLY;BYWEEKNO=5;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=MO,", "FREQ=DAILY;BYSETPOS=2", "FREQ=HOURLY;BYMINUTE=1,2,3,4,5,6,7",
        "FREQ=DAILY;BYHOUR=1,2;BYMINUTE=1,2,3;BYSETPOS=1,2,3,4,5", "FREQ=DAILY" + ";" * LONGEST_TEXT,
    ],
)  # fmt: skip
def test_a_rule_that_can_not_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadRecurrence) as refused:
        parse_rule(text)
    assert refused.value.part == "rrule"


def test_dates_are_read_with_their_zone() -> None:
    oslo = Stamp(date(2025, 6, 2), time(9), ZoneInfo("Europe/Oslo"))
    assert parse_dates('EXDATE;TZID="Europe/Oslo";VALUE=DATE-TIME:20250602T090000', "exdate") == (Period(oslo),)
    assert parse_dates("20250602T090000Z,20250602", "rdate") == (
        Period(Stamp(date(2025, 6, 2), time(9), UTC)),
        Period(Stamp(date(2025, 6, 2))),
    )


def test_a_period_has_an_end_or_a_length() -> None:
    start, end = Stamp(date(2025, 6, 2), time(9), UTC), Stamp(date(2025, 6, 2), time(10), UTC)
    ended, lasting = parse_dates("20250602T090000Z/20250602T100000Z,20250602T090000Z/P1W", "rdate")
    assert (ended, lasting) == (Period(start, end=end), Period(start, length=timedelta(weeks=1)))


@pytest.mark.parametrize("part", ["rdate", "exdate"])
@pytest.mark.parametrize(
    "text",
    ["", " ", ",", "RDATE:", "20250602,", "2025-06-02", "20250230", "20250602T250000", "20250602T090060", "20250602T",
     "TZID=Nowhere:20250602T090000", "TZID=:20250602T090000", "X=1:20250602", "20250602/P1D", "20250602T090000/P",
     "20250602T090000/PT", "20250602T090000/PT0S", "20250602T090000/", "٢٠٢٥٠٦٠٢", "1" * (LONGEST_TEXT + 1)],
)  # fmt: skip
def test_dates_that_can_not_be_read_are_refused(text: str, part: str) -> None:
    with pytest.raises(BadRecurrence) as refused:
        parse_dates(text, part)
    assert refused.value.part == part


def test_no_period_is_taken_out() -> None:
    with pytest.raises(BadRecurrence):
        parse_dates("20250602T090000/PT1H", "exdate")
