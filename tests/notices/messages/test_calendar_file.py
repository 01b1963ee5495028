"""Calendar files as RFC 5545 and RFC 5546 have them."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from kalends.engine.messages.facts import MessageFacts
from kalends.notices.messages.calendar_file import calendar_file
from tests.notices.messages.facts import HOUR, OSLO, START, entry, facts

FOLD = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
"""02:30 in Oslo, for the first time that night."""


ATTENDEE = (
    'ATTENDEE;CN="Kari Nordmann";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE'
    ":mailto:kari@example.org"
)


def lines(told: MessageFacts) -> list[str]:
    """The lines of its calendar file, those that are folded in one."""
    file = calendar_file(told)
    assert file is not None
    assert file.content.decode().replace("\r\n", "").isprintable()
    return file.content.decode().replace("\r\n ", "").splitlines()


def test_a_confirmation_requests_an_event() -> None:
    told = lines(facts("confirmation", entry(sequence=3)))
    assert [line for line in told if line.startswith(("METHOD", "SEQ", "STATUS", "TRANSP", "UID"))] == [
        "METHOD:REQUEST",
        "UID:item-1042@6a5d5b0e-9d1f-4f0e-8f62-0a5b7c1d2e3f",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
    ]
    for line in (
        "DTSTART;TZID=Europe/Oslo:20270302T100000",
        "DTEND;TZID=Europe/Oslo:20270302T110000",
        "DTSTAMP:20270301T090000Z",
        "SUMMARY:Massage – Clinic",
        "LOCATION:Majorstuen\\, Storgata 1\\, 0155 Oslo",
        "ORGANIZER;CN=Clinic:mailto:booking@example.org",
        ATTENDEE,
    ):
        assert line in told


def test_what_still_waits_is_tentative() -> None:
    assert "STATUS:TENTATIVE" in lines(facts("modification", entry(state="awaiting_confirmation")))


def test_a_cancellation_takes_it_back() -> None:
    told = lines(facts("cancellation", entry(state="cancelled")))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "TRANSP:TRANSPARENT"} <= set(told)


@pytest.mark.parametrize(("start", "length"), [(FOLD, HOUR), (FOLD + HOUR, HOUR), (FOLD - 2 * HOUR, 2 * HOUR)])
def test_within_the_hour_that_clocks_pass_twice_it_is_utc(start: datetime, length: timedelta) -> None:
    told = lines(facts("confirmation", entry(starts_at=start, ends_at=start + length)))
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in told
    assert "BEGIN:VTIMEZONE" not in told


def test_each_time_of_a_series_is_an_event_of_its_own_in_one_zone() -> None:
    weekly = [entry(id=week, starts_at=START + week * timedelta(days=7)) for week in range(6)]
    told = lines(facts("confirmation", *weekly))
    assert (told.count("BEGIN:VEVENT"), told.count("BEGIN:VTIMEZONE")) == (6, 1)
    assert "DTSTART;TZID=Europe/Oslo:20270330T110000" in told


@pytest.mark.parametrize("kind", ["verification", "decline", "reminder"])
def test_other_kinds_have_none(kind: str) -> None:
    assert calendar_file(facts(kind)) is None


def test_a_request_that_was_confirmed_before_leaves_the_calendar_when_it_is_declined() -> None:
    """A customer has moved it, which is asked for anew."""
    moved = msgspec.structs.replace(entry(state="declined"), was_confirmed=True)
    told = lines(facts("decline", moved, entry(state="declined")))
    assert (told.count("BEGIN:VEVENT"), "METHOD:CANCEL" in told, "STATUS:CANCELLED" in told) == (1, True, True)


def test_staff_and_nobody_get_none() -> None:
    assert calendar_file(facts(audience="staff")) is None
    assert calendar_file(facts(customer=None)) is None


def test_where_there_is_no_site_there_is_no_place() -> None:
    assert not [line for line in lines(facts("confirmation", entry(None))) if line.startswith(("LOCATION", "GEO"))]
    assert OSLO.latitude is None
