"""Times as they are sent and shown: RFC 3339, RFC 9557, wall times, gaps and folds."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from kalends.api.times import Unreadable, clock_text, read_clock, read_moment, settled
from kalends.engine.refusals import RepeatedTime, SkippedTime
from tests.world import World

OSLO = ZoneInfo("Europe/Oslo")
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-01T09:00:00Z",
        "2027-03-01t10:00:00.000+01:00",
        "2027-03-01 10:00+01:00",
        "2027-03-01T10:00 01:00",
        "2027-03-01T10:00:00+01:00[Europe/Oslo]",
        "2027-03-01T10:00:00[Europe/Oslo]",
        "2027-03-01T10:00:00",
    ],
)
def test_a_moment_can_be_written_in_these_ways(text: str) -> None:
    assert settled(read_moment(text, "/from"), OSLO, "/from") == NINE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2027-03-01", "invalid"),
        ("20270301T100000Z", "invalid"),
        ("2027-02-29T10:00:00Z", "invalid"),
        ("2027-03-01T24:30:00Z", "invalid"),
        ("2027-03-01T10:00:00+01:00[Europe/London]", "invalid"),
        ("2027-03-01T10:00:00[Mars/Olympus]", "invalid"),
        ("2027-03-01T10:00:00+99:00", "invalid"),
        ("0001-01-01T00:00:00+10:00", "out_of_range"),
        ("9999-12-31T23:59:59-10:00", "out_of_range"),
        (1_803_805_200, "invalid"),
    ],
)
def test_what_is_no_moment(text: object, reason: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read_moment(text, "/from")
    assert unreadable.value.reason == reason


def test_a_time_that_clocks_skip_is_refused_with_both_readings() -> None:
    with pytest.raises(SkippedTime) as skipped:
        settled(read_moment("2027-03-28T02:30:00", "/from"), OSLO, "/from")
    readings = [reading.isoformat() for reading in skipped.value.readings]
    assert readings == ["2027-03-28T01:30:00+01:00", "2027-03-28T03:30:00+02:00"]


def test_a_time_that_is_there_twice_is_refused_with_both_readings() -> None:
    with pytest.raises(RepeatedTime) as repeated:
        read_moment("2027-10-31T02:30:00[Europe/Oslo]", "/from")
    readings = [reading.isoformat() for reading in repeated.value.readings]
    assert readings == ["2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"]


async def test_both_are_problems_of_their_own(api: httpx.AsyncClient, clinic: World) -> None:
    for at, slug in (("2027-03-28T02:30:00", "time-does-not-exist"), ("2027-10-31T02:30:00", "time-is-twice")):
        line = {"resource": f"res_{clinic.hall}", "from": at, "to": "2027-11-01T00:00:00"}
        refused = await api.post("/bookings", json={"lines": [line]})
        problem = refused.json()
        assert (refused.status_code, problem["type"].rpartition("/")[2]) == (422, slug)
        assert (problem["pointer"], len(problem["readings"])) == ("/lines/0/from", 2)
        line["from"] = problem["readings"][0]
        assert (await api.post("/bookings", json={"lines": [line]})).status_code in {201, 409}


@pytest.mark.parametrize(("text", "minutes"), [("00:00", 0), ("08:30", 510), ("24:00", 1440)])
def test_a_time_of_day(text: str, minutes: int) -> None:
    assert (read_clock(text), clock_text(minutes)) == (minutes, text)
    for wrong in ("8:30", "24:01", "08:60", "", 510):
        with pytest.raises(Unreadable):
            read_clock(wrong)
