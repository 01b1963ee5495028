"""The examples named after months of 1997 and 1998 are those of RFC 5545 3.8.5.3, which begin at nine in New York."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from types import FrameType
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.engine.refusals import BadRecurrence, Fault, Invalid, TooManyOccurrences
from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR
from kalends.engine.time.recurrence import MOST_OCCURRENCES, Recurrence, expand
from kalends.engine.time.span import Span

NEW_YORK, OSLO = ZoneInfo("America/New_York"), ZoneInfo("Europe/Oslo")
FARTHEST = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")
HOUR = timedelta(hours=1)


def first(day: str, zone: ZoneInfo = NEW_YORK, length: timedelta = HOUR) -> Span:
    """From nine o'clock (or the time given, as 2025-03-01T02:30) on a day."""
    start = datetime.fromisoformat(day if "T" in day else day + "T09:00").replace(tzinfo=zone).astimezone(UTC)
    return Span(start, start + length)


def days(day: str, rrule: str | None, zone: ZoneInfo = NEW_YORK, **more: str) -> list[str]:
    """The local dates of a recurrence, `MM-DD`, after checking that each begins at nine and lasts an hour."""
    spans = expand(Recurrence(rrule, **more), first(day, zone), zone)
    assert {(span.start.astimezone(zone).hour, span.duration) for span in spans} == {(9, HOUR)}
    return [span.start.astimezone(zone).strftime("%m-%d") for span in spans]


def test_daily_for_ten_occurrences() -> None:
    assert days("1997-09-02", "FREQ=DAILY;COUNT=10") == [f"09-{day:02}" for day in range(2, 12)]


def test_daily_until_christmas_eve_stays_at_nine_when_clocks_go_back() -> None:
    dates = days("1997-09-02", "FREQ=DAILY;UNTIL=19971224T000000Z")
    assert (len(dates), dates[0], dates[-1]) == (113, "09-02", "12-23")


def test_every_other_week_on_three_weekdays() -> None:
    assert days("1997-09-01", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR") == [
        *("09-01", "09-03", "09-05", "09-15", "09-17", "09-19", "09-29", "10-01", "10-03", "10-13", "10-15", "10-17"),
        *("10-27", "10-29", "10-31", "11-10", "11-12", "11-14", "11-24", "11-26", "11-28", "12-08", "12-10", "12-12"),
        "12-22",
    ]


RFC = [
    ("1997-09-05", "FREQ=MONTHLY;COUNT=6;BYDAY=1FR", "09-05 10-03 11-07 12-05 01-02 02-06"),
    ("1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
     "09-07 09-28 11-02 11-30 01-04 01-25 03-01 03-29 05-03 05-31"),
    ("1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=6", "09-28 10-29 11-28 12-29 01-29 02-26"),
    ("1997-09-30", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
     "09-30 10-01 10-31 11-01 11-30 12-01 12-31 01-01 01-31 02-01"),
    ("1997-06-10", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
     "06-10 07-10 06-10 07-10 06-10 07-10 06-10 07-10 06-10 07-10"),
    ("1997-01-01", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
     "01-01 04-10 07-19 01-01 04-09 07-18 01-01 04-10 07-19 01-01"),
    ("1997-05-19", "FREQ=YEARLY;BYDAY=20MO;COUNT=3", "05-19 05-18 05-17"),
    ("1997-05-12", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "05-12 05-11 05-17"),
    ("1996-11-05", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3", "11-05 11-07 11-02"),
    ("1997-09-29", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=7",
     "09-29 10-30 11-27 12-30 01-29 02-26 03-30"),
    ("2007-01-15", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "01-15 01-30 02-15 03-15 03-30"),
    ("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "08-05 08-10 08-19 08-24"),
    ("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "08-05 08-17 08-19 08-31"),
]  # fmt: skip


@pytest.mark.parametrize(("day", "rrule", "expected"), RFC)
def test_an_example_of_the_rfc_gives_the_dates_that_it_says(day: str, rrule: str, expected: str) -> None:
    assert days(day, rrule) == expected.split()


def test_friday_the_thirteenth_without_the_first_day_which_is_none() -> None:
    rrule = "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=6"
    dates = days("1997-09-02", rrule, exdate="TZID=America/New_York:19970902T090000")
    assert dates == ["02-13", "03-13", "11-13", "08-13", "10-13"]


def test_every_three_hours_until_the_evening() -> None:
    spans = expand(Recurrence("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z"), first("1997-09-02"), NEW_YORK)
    assert [span.start.astimezone(NEW_YORK).hour for span in spans] == [9, 12, 15]


def test_the_first_occurrence_counts_even_if_the_rule_does_not_name_it() -> None:
    assert days("1997-09-02", "FREQ=WEEKLY;BYDAY=MO;COUNT=3") == ["09-02", "09-08", "09-15"]
    assert days("1997-09-02", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=1") == ["09-02"]
    assert days("1997-09-02", "FREQ=DAILY;UNTIL=19970101") == ["09-02"]
    assert len(days("1997-09-02", "FREQ=WEEKLY;BYDAY=MO;COUNT=731")) == MOST_OCCURRENCES


def hours(day: str, rrule: str, zone: ZoneInfo = OSLO) -> str:
    spans = expand(Recurrence(rrule), first(day, zone), zone)
    return " ".join(span.start.astimezone(zone).strftime("%H:%M") for span in spans)


def test_no_hour_is_lost_or_lived_twice_when_clocks_go_forward_and_back() -> None:
    assert hours("2025-03-30T00:30", "FREQ=HOURLY;COUNT=5") == "00:30 01:30 03:30 04:30 05:30"
    assert hours("2025-10-26T00:30", "FREQ=HOURLY;COUNT=5") == "00:30 01:30 02:30 02:30 03:30"
    assert hours("2025-10-26T00:30", "FREQ=HOURLY;INTERVAL=2;COUNT=4") == "00:30 02:30 03:30 05:30"
    assert hours("2025-03-30T01:10", "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=10;COUNT=4") == "01:10 03:10 01:10 02:10"


def test_hours_keep_to_the_days_and_hours_that_are_named() -> None:
    assert hours("2025-03-30T09:30", "FREQ=HOURLY;BYHOUR=9,11;BYMINUTE=0,30;COUNT=4") == "09:30 11:00 11:30 09:00"
    assert hours("2025-03-30T09:00", "FREQ=HOURLY;BYMINUTE=0,20,40;BYSETPOS=-1,1;COUNT=4") == "09:00 09:40 10:00 10:40"
    assert hours("2025-03-31T22:00", "FREQ=HOURLY;BYDAY=MO;COUNT=4") == "22:00 23:00 00:00 01:00"


zones = st.sampled_from(["Europe/Oslo", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu"]).map(ZoneInfo)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(1, 50), zones)
def test_hours_pass_by_the_stopwatch(wall: datetime, interval: int, zone: ZoneInfo) -> None:
    start = wall.replace(tzinfo=zone).astimezone(UTC)
    spans = expand(Recurrence(f"FREQ=HOURLY;INTERVAL={interval};COUNT=400"), Span(start, start + HOUR), zone)
    assert [span.start for span in spans] == [start + turn * interval * HOUR for turn in range(400)]


HOURS_OF = """
    INTERVAL=5 INTERVAL=25 BYDAY=MO,SU BYMONTH=2,12 BYMONTHDAY=-1,30 BYHOUR=0,9,23 BYMINUTE=0,30,59 BYSECOND=0,1
    BYSETPOS=-1,2
"""


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    st.lists(st.sampled_from(HOURS_OF.split()), max_size=4, unique_by=lambda part: part.partition("=")[0]),
)
def test_where_clocks_are_never_changed_hours_are_those_of_dateutil(wall: datetime, parts: list[str]) -> None:
    zone, text = ZoneInfo("Asia/Kathmandu"), ";".join(["FREQ=HOURLY", *parts])
    start = wall.replace(tzinfo=zone).astimezone(UTC)
    try:
        spans = expand(Recurrence(text), Span(start, start + HOUR), zone, most=40)
    except BadRecurrence:
        return
    named = takewhile(lambda at: at.year <= wall.year + 100, rrulestr(text, dtstart=wall).xafter(wall, count=39))
    assert [span.start.astimezone(zone).replace(tzinfo=None) for span in spans] == [wall, *named]


def test_each_weekday_and_the_first_of_another_are_a_union() -> None:
    assert days("1997-09-01", "FREQ=MONTHLY;BYDAY=MO,1FR;COUNT=6") == [
        "09-01",
        "09-05",
        "09-08",
        "09-15",
        "09-22",
        "09-29",
    ]


def test_a_week_number_alone_takes_the_weekday_of_the_first() -> None:
    assert days("1997-05-12", "FREQ=YEARLY;BYWEEKNO=20;COUNT=3") == ["05-12", "05-11", "05-17"]


@pytest.mark.parametrize(
    ("until", "last"),
    [("19970905", "09-05"), ("19970905T085959", "09-04"), ("19970905T090000", "09-05"),
     ("19970905T130000Z", "09-05"), ("19970905T125959Z", "09-04")],
)  # fmt: skip
def test_until_is_inclusive_and_a_date_means_all_of_it(until: str, last: str) -> None:
    assert days("1997-09-02", f"FREQ=DAILY;UNTIL={until}")[-1] == last


def test_a_time_that_a_gap_leaves_out_is_an_hour_later_and_as_long() -> None:
    spans = expand(Recurrence("FREQ=DAILY;COUNT=3"), first("2025-03-29T02:30", OSLO), OSLO)
    assert [span.start.astimezone(OSLO).strftime("%d %H:%M") for span in spans] == ["29 02:30", "30 03:30", "31 02:30"]
    assert {span.duration for span in spans} == {HOUR}


def test_a_first_occurrence_in_the_second_passing_of_a_fold_stays_there() -> None:
    second = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    spans = expand(Recurrence("FREQ=DAILY;COUNT=2"), Span(second, second + HOUR), OSLO)
    assert [span.start for span in spans] == [second, datetime(2025, 10, 27, 1, 30, tzinfo=UTC)]


def test_dates_are_added_and_taken_out_at_the_time_of_the_first() -> None:
    rdate, exdate = "VALUE=DATE:19970101,19970120,19970217,19970421", "VALUE=DATE:19970102"
    dates = days("1997-01-02", None, rdate=rdate, exdate=exdate)
    assert dates == ["01-01", "01-20", "02-17", "04-21"]


@pytest.mark.parametrize(
    "rdate",
    ["19970903T090000", "19970903T130000Z", "TZID=Europe/Oslo:19970903T150000", "RDATE:19970903",
     "rdate;VALUE=DATE:19970903", "RDATE:19970903T090000\nRDATE:19970903", "VALUE=PERIOD:19970903T090000/PT1H",
     "19970903T090000/19970903T100000"],
)  # fmt: skip
def test_a_date_can_be_written_in_many_ways(rdate: str) -> None:
    assert days("1997-09-02", None, rdate=rdate) == ["09-02", "09-03"]


def test_a_period_brings_its_own_length() -> None:
    extra = Recurrence(rdate="VALUE=PERIOD:19970903T090000/P1DT30M")
    assert expand(extra, first("1997-09-02"), NEW_YORK)[1].duration == timedelta(days=1, minutes=30)


def test_what_is_named_twice_occurs_once() -> None:
    assert days("1997-09-02", "FREQ=DAILY;COUNT=2", rdate="19970903T130000Z,19970903") == ["09-02", "09-03"]


def test_an_endless_rule_is_cut_off() -> None:
    endless = expand(Recurrence("FREQ=DAILY"), first("1997-09-02"), NEW_YORK)
    assert len(endless) == MOST_OCCURRENCES == 731
    assert len(expand(Recurrence("FREQ=YEARLY"), first("1997-09-02"), NEW_YORK)) == 101


def test_an_endless_rule_leaves_room_for_the_dates_beside_it() -> None:
    both = Recurrence("FREQ=DAILY", rdate="20500101")
    spans = expand(both, first("1997-09-02"), NEW_YORK, most=10)
    assert (len(spans), spans[-1].start.year) == (10, 2050)


@pytest.mark.parametrize(
    "many",
    [
        Recurrence("FREQ=DAILY;COUNT=11"),
        Recurrence("FREQ=DAILY;UNTIL=19970912T130000Z"),
        Recurrence("FREQ=DAILY;COUNT=10", rdate="19980101"),
        Recurrence(rdate=",".join(f"199801{day:02}" for day in range(1, 11))),
    ],
)
def test_more_occurrences_than_a_series_may_have_are_refused(many: Recurrence) -> None:
    with pytest.raises(TooManyOccurrences) as refused:
        expand(many, first("1997-09-02"), NEW_YORK, most=10)
    assert refused.value.most == 10


@pytest.mark.parametrize(
    ("recurrence", "part"),
    [
        (Recurrence(exdate="19970902"), "exdate"),
        (Recurrence("FREQ=DAILY;COUNT=2", exdate="19970902,19970903"), "exdate"),
        (Recurrence("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=2"), "rrule"),
        (Recurrence("FREQ=DAILY;COUNT=2;UNTIL=19971224"), "rrule"),
        (Recurrence(rdate="19970903T090000/19970902T090000"), "rdate"),
    ],
)
def test_a_recurrence_that_can_not_be_is_refused_by_its_part(recurrence: Recurrence, part: str) -> None:
    with pytest.raises(BadRecurrence) as refused:
        expand(recurrence, first("1997-09-02"), NEW_YORK)
    assert refused.value.part == part


@pytest.mark.parametrize(
    ("day", "recurrence", "field"),
    [
        ("1997-09-02", Recurrence(rdate="99991231T220000Z"), "rdate"),
        ("1997-09-02", Recurrence(rdate="00010101T000000Z"), "rdate"),
        ("1997-09-02", Recurrence(rdate="VALUE=PERIOD:19970903T000000Z/90010101T000000Z"), "rdate"),
        ("1997-09-02", Recurrence(rdate="VALUE=PERIOD:20280101T000000Z/P9999W"), "rdate"),
        ("1997-09-02", Recurrence(exdate="00010101T000000Z"), "exdate"),
        ("1997-09-02", Recurrence("FREQ=DAILY;UNTIL=00010101"), "rrule"),
        ("1997-09-02", Recurrence("FREQ=YEARLY;COUNT=731"), "rrule"),
        ("8990-09-02", Recurrence("FREQ=YEARLY;COUNT=20"), "rrule"),
        ("9001-01-02", Recurrence("FREQ=DAILY"), "starts_at"),
        ("0999-01-02", Recurrence("FREQ=DAILY"), "starts_at"),
    ],
)
def test_what_lies_beyond_the_calendar_of_the_house_is_refused(day: str, recurrence: Recurrence, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        expand(recurrence, first(day), NEW_YORK)
    assert refused.value.faults == (Fault(field, "out_of_range"),)


def test_until_the_last_day_of_all_means_without_end() -> None:
    assert len(days("1997-09-02", "FREQ=YEARLY;UNTIL=99991231")) == 101
    with pytest.raises(TooManyOccurrences):
        days("1997-09-02", "FREQ=DAILY;UNTIL=99991231T235959Z")


def calls_of(work: Callable[[], object]) -> int:
    """How many calls some work takes. Unlike seconds, they are the same on any machine."""
    calls = 0

    def counting(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def counted(last: int) -> str:
    return ",".join(map(str, range(1, last + 1)))


@pytest.mark.parametrize(
    "rrule",
    [
        *(f"FREQ={each};BYMONTH=2;BYMONTHDAY=30" for each in ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")),
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;BYMINUTE=0,9;BYSETPOS=1,2",
        f"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;BYHOUR={counted(23)};BYMINUTE={counted(59)};BYSETPOS={counted(4)}",
        f"FREQ=YEARLY;BYMONTHDAY={counted(31)};BYHOUR={counted(23)};BYMINUTE={counted(59)}",
        f"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYSETPOS={counted(366)}",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;INTERVAL=7",
        "FREQ=HOURLY;INTERVAL=99999;BYHOUR=9",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=9;BYMONTH=1;BYMINUTE=0,1,2,3,4,5",
        "FREQ=HOURLY;INTERVAL=48;BYHOUR=12",
    ],
)
def test_a_hostile_rule_is_soon_over(rrule: str) -> None:
    hostile = Recurrence(rrule)
    assert calls_of(lambda: expand(hostile, first("2025-01-31", OSLO), OSLO)) < 3_000_000


def test_a_hostile_exdate_is_soon_over() -> None:
    struck = ",".join(f"2025{month:02}{day:02}" for month in range(1, 13) for day in range(1, 29))
    minutely = f"FREQ=DAILY;BYHOUR={counted(23)};BYMINUTE={counted(59)}"
    with pytest.raises(TooManyOccurrences):
        expand(Recurrence(minutely, exdate=struck), first("2025-01-01", OSLO), OSLO)


PIECES = """
    FREQ= DAILY HOURLY WEEKLY MONTHLY YEARLY INTERVAL= COUNT= UNTIL= BYDAY= BYMONTH= BYMONTHDAY= BYYEARDAY= BYWEEKNO=
    BYSETPOS= BYHOUR= WKST= MO -1FR 5SU ; ; ; , : / = 1 2 -1 31 366 0 99999 19970902 20250230 99991231T235959Z
    00010101T000000 90001231T235959 10000101 VALUE=PERIOD: T090000 Z RDATE: VALUE=DATE: TZID=Europe/Oslo: TZID=: P1W
    PT1S
"""
PARTS = """
    INTERVAL=7 COUNT=5 UNTIL=20260101 UNTIL=99991231T235959Z BYDAY=MO,-1FR BYDAY=SU,TU BYMONTH=2,12 BYMONTHDAY=-31,30
    BYYEARDAY=-366,1 BYWEEKNO=-53,53,1 BYSETPOS=-1,2 BYHOUR=0,23 BYMINUTE=0,30 WKST=SU
"""
texts = st.none() | st.text(max_size=30) | st.lists(st.sampled_from(PIECES.split()), max_size=14).map("".join)
rules = st.builds(
    lambda frequency, parts: ";".join((f"FREQ={frequency}", *parts)),
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]),
    st.lists(st.sampled_from(PARTS.split()), max_size=5, unique_by=lambda part: part.partition("=")[0]),
)
YEARS = "0002-02-01 1000-01-01T00:00 1970-01-01 2024-02-29 2025-12-31 8999-12-31 9000-12-31T23:30 9999-12-01"
years = st.sampled_from(YEARS.split())


def is_shown(span: Span) -> bool:
    """Whether clocks all over the world have a date for it that doors can write."""
    shown = [at.astimezone(zone).year for at in (span.start, span.end) for zone in FARTHEST]
    return FIRST_YEAR - 1 <= min(shown) <= max(shown) <= LAST_YEAR + 1


@given(st.datetimes(), st.integers(1, 9999), st.sampled_from(["Z", ""]))
def test_a_date_of_any_year_can_be_shown_or_is_refused(at: datetime, weeks: int, utc: str) -> None:
    stamp = at.isoformat(timespec="seconds").replace("-", "").replace(":", "") + utc
    for rdate in (stamp, f"{stamp}/P{weeks}W", f"20250101T000000Z/{stamp}"):
        try:
            spans = expand(Recurrence(rdate=rdate), first("2025-01-01", OSLO), OSLO)
        except (BadRecurrence, Invalid):
            continue
        assert all(is_shown(span) for span in spans)


@settings(max_examples=250)
@given(texts | rules, texts, texts, years)
def test_whatever_is_sent_is_a_series_or_a_refusal(
    rrule: str | None, rdate: str | None, exdate: str | None, day: str
) -> None:
    try:
        spans = expand(Recurrence(rrule, rdate, exdate), first(day, OSLO), OSLO)
    except (BadRecurrence, Invalid, TooManyOccurrences):
        return
    starts = [span.start for span in spans]
    assert starts == sorted(set(starts))
    assert all(is_shown(span) for span in spans)
    assert 1 <= len(starts) <= MOST_OCCURRENCES
