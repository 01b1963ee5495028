"""Dates as clients write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.dialects.kit.dates import clock, moment_writer, parse_clock, parse_day, parse_moment

OSLO, LONDON = ZoneInfo("Europe/Oslo"), ZoneInfo("Europe/London")
ZONES = st.sampled_from([OSLO, LONDON, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns")])
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2027-07-05 09:30",
        "2027-07-05T09:30",
        "2027-07-05T09:30:00",
        "2027-07-05T09:30:00.000",
        "2027-07-05T09:30:00+02:00",
        "2027-07-05T09:30:00 02:00",
        "2027-07-05 09:30:00 +0200",
        "2027-07-05T03:30:00-04",
        "2027-07-05T07:30:00Z",
        "2027-07-05 07:30:00 UTC",
        "05.07.27 09:30",
        "5.7.2027 9:30",
        " 2027-07-05 09:30 ",
    ],
)
def test_one_moment_has_many_spellings(text: str) -> None:
    assert parse_moment(text, OSLO) == datetime(2027, 7, 5, 7, 30, tzinfo=UTC)


def test_a_date_is_its_midnight() -> None:
    assert parse_moment("2027-07-05", OSLO) == parse_moment("05.07.27", OSLO) == datetime(2027, 7, 4, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2027-02-30 10:00",
        "2027-07-05 25:00",
        "2027-07-05 10:60",
        "0000-01-01",
        "0999-12-31",
        "9001-01-01",
        "2027-07-05T10:00+99:00",
        "2027-07-05 10",
        "10:00",
        "٢٠٢٧-٠٧-٠٥",
        "2027-07-05\n10:00 x",
        "1e9",
        "12.13.27 10:00",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    assert parse_moment(text, OSLO) is None


def test_a_wall_time_that_never_comes_is_shifted() -> None:
    assert parse_moment("2027-03-28 02:30", OSLO) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@given(MOMENTS, ZONES)
def test_what_is_written_is_read_again(at: datetime, zone: ZoneInfo) -> None:
    written = msgspec.json.decode(msgspec.json.encode(moment_writer(zone)(at)))
    assert len(written) in (20, 25)  # whole seconds
    assert parse_moment(written, ZoneInfo("Asia/Tokyo")) == at.replace(microsecond=0)


def test_the_offset_is_the_zones() -> None:
    winter, summer = datetime(2027, 1, 5, 9, 0, 0, 7, UTC), datetime(2027, 7, 5, 9, 0, 0, 7, UTC)
    encoded = msgspec.json.encode([moment_writer(zone)(at) for zone in (OSLO, LONDON) for at in (winter, summer)])
    assert msgspec.json.decode(encoded) == [
        "2027-01-05T10:00:00+01:00",
        "2027-07-05T11:00:00+02:00",
        "2027-01-05T09:00:00+00:00",
        "2027-07-05T10:00:00+01:00",
    ]


def test_days() -> None:
    for text in ("1980-05-17", "17.05.1980", " 1980-05-17T00:00:00Z"):
        assert parse_day(text) == date(1980, 5, 17)
    for text in ("", "1980-05-32", "1980-05-17x", "17", "0001-01-01"):
        assert parse_day(text) is None


def test_clocks() -> None:
    assert [parse_clock(text) for text in ("08:30", "8:05", "24:00", "08:30:00")] == [510, 485, 1440, 510]
    assert [parse_clock(text) for text in ("24:01", "12:60", "noon", "", "1:2")] == [None] * 5
    assert [clock(minutes) for minutes in (0, 510, 1440, 1560, 2880)] == ["00:00", "08:30", "24:00", "02:00", "24:00"]


@given(st.integers(0, 1440))
def test_clocks_are_read_again(minutes: int) -> None:
    assert parse_clock(clock(minutes)) == minutes


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    for moment in (parse_moment(text, OSLO), parse_moment(f"2027-07-05 {text}", OSLO)):
        assert moment is None or abs(moment - datetime(5000, 1, 1, tzinfo=UTC)) < timedelta(days=366 * 4001)
    parse_day(text)
    parse_clock(text)
