"""Messages as their recipients read them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.extra import Extra
from kalends.engine.messages.facts import MessageFacts, MessageItem
from kalends.engine.messages.rendered import Rendered
from kalends.engine.time.span import Span
from kalends.notices.messages.render import render
from tests.notices.messages.facts import ADA, CLINIC, HOUR, NOW, OSLO, PROJECTOR, START, TOWEL, entry, facts

EVENING = datetime(2027, 3, 2, 21, tzinfo=UTC)
"""22:00 in Oslo."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def says(told: MessageFacts, *lines: str) -> Rendered:
    """The text of the mail has these lines."""
    mail = render(told)
    assert [line for line in lines if line not in mail.text.splitlines()] == [], mail.text
    return mail


def when(**fields: Any) -> str:
    """What a mail says about when the booking is."""
    (line,) = [line for line in render(facts("reminder", entry(**fields))).text.splitlines() if "When:" in line]
    return line.removeprefix("When:").strip()


def test_a_confirmation_says_what_when_with_whom_and_where() -> None:
    mail = says(
        facts(),
        "Hello Kari Nordmann,",
        "Your booking is confirmed.",
        "What:           Massage",
        "When:           Tuesday, 2 March 2027, 10:00–11:00",
        "With:           Ada",
        "Where:          Majorstuen",
        "                Storgata 1",
        "                0155 Oslo",
        "Time zone:      Central European Time (Europe/Oslo)",
        "Booking number: 1042",
        "You can simply answer this mail.",
    )
    assert mail.subject == "Booking confirmed: Massage, Tuesday, 2 March 2027, 10:00"
    assert "Tuesday, 2 March 2027, 10:00–11:00" in mail.html


@pytest.mark.parametrize(
    ("locale", "subject"),
    [
        ("de-AT", "Erinnerung: Massage, Dienstag, 2. März 2027, 10:00"),
        ("sk", "Pripomienka: Massage, utorok 2. marca 2027, 10:00"),
        ("cs_CZ", "Připomenutí: Massage, úterý 2. března 2027, 10:00"),
        ("no", "Påminnelse: Massage, tirsdag 2. mars 2027, 10:00"),
        ("en-US", "Reminder: Massage, Tuesday, March 2, 2027, 10:00 AM"),
        ("fi", "Reminder: Massage, Tuesday, 2 March 2027, 10:00"),
        ("not a tag", "Reminder: Massage, Tuesday, 2 March 2027, 10:00"),
    ],
)
def test_it_is_in_the_language_of_its_recipient(locale: str, subject: str) -> None:
    assert render(facts("reminder", locale=locale)).subject.replace("\u00a0", " ") == subject


def test_a_verification_has_the_code_and_until_when_it_is_valid() -> None:
    waiting = entry(state="awaiting_verification", verification_code="012345", expires_at=NOW + HOUR)
    mail = says(facts("verification", waiting), "    012345", "Valid until:    Monday, 1 March 2027, 11:00")
    assert mail.subject.startswith("Your code 012345: Massage")


def test_nothing_but_a_verification_has_the_code() -> None:
    assert "012345" not in str(render(facts("confirmation", entry(verification_code="012345"))))


def test_a_modification_says_when_it_was_before() -> None:
    moved = entry(was=Span(START - HOUR, START))
    says(facts("modification", moved), "Until now:      Tuesday, 2 March 2027, 09:00–10:00")


def test_a_cancellation_says_why() -> None:
    cancelled = entry(state="cancelled", cancellation_reason="Ada is ill.\nSorry!")
    says(facts("cancellation", cancelled), "Reason:         Ada is ill.", "                Sorry!")
    assert "Ada is ill" not in render(facts("confirmation", cancelled)).text


def test_a_whole_series_is_told_in_one_message() -> None:
    times = [entry(id=1042 + week, starts_at=START + week * WEEK) for week in range(5)]
    lines = ["- Tuesday, 2 March 2027, 10:00–11:00", "- Tuesday, 30 March 2027, 11:00–12:00", "What:           Massage"]
    mail = says(facts("confirmation", *times), "Your 5 bookings are confirmed.", *lines)
    assert mail.subject == "Booking confirmed: Massage, 5 times"
    assert (
        render(facts("confirmation", *times, locale="sk")).text.splitlines()[2] == "Vašich 5 rezervácií je potvrdených."
    )


def test_what_is_not_the_same_for_all_times_stands_beside_each() -> None:
    bo = msgspec.structs.replace(ADA, title="Bo")
    both = [entry(), entry(starts_at=START + HOUR, resource=bo, was=Span(START, START + HOUR))]
    says(
        facts("modification", *both),
        "- Tuesday, 2 March 2027, 10:00–11:00 · Ada",
        "- Tuesday, 2 March 2027, 11:00–12:00 (Until now: Tuesday, 2 March 2027, 10:00–11:00) · Bo",
    )


def with_extras(*extras: Extra, **fields: Any) -> MessageItem:
    return entry(extras=extras, add_ons=(LinkedAddOn(TOWEL, None), LinkedAddOn(PROJECTOR, None)), **fields)


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("en", "Also: 2 × Towel, Projector"),
        ("de", "Dazu: 2 × Handtuch, Projector"),
        ("sk", "K tomu: 2 × Towel, Projector"),
        ("cs", "K tomu: 2 × Towel, Projector"),
        ("nb", "I tillegg: 2 × Towel, Projector"),
    ],
)
def test_what_goes_with_it_is_named_in_every_language(locale: str, line: str) -> None:
    booked = with_extras(Extra(2, service_id=TOWEL.id), Extra(1, resource_id=PROJECTOR.id))
    mail = render(facts("reminder", booked, locale=locale))
    assert line.split() in [each.split() for each in mail.text.splitlines()]
    assert "Projector" in mail.html


def test_of_several_times_each_has_what_goes_with_it() -> None:
    first = with_extras(Extra(2, service_id=TOWEL.id))
    mail = says(facts("confirmation", first, entry(starts_at=START + WEEK)))
    assert "- Tuesday, 2 March 2027, 10:00–11:00 · 2 × Towel" in mail.text
    assert mail.text.count("Towel") == 1


def test_of_a_very_long_series_the_first_hundred_are_listed() -> None:
    lines = render(facts("confirmation", *[entry()] * 731)).text.splitlines()
    assert (sum(line.startswith("- ") for line in lines), "- and 631 more" in lines) == (101, True)


def test_staff_read_who_has_booked_and_the_notes() -> None:
    waiting = entry(state="awaiting_confirmation", notes="by the window")
    mail = says(
        facts("notification", waiting, audience="staff"),
        "Customer:       Kari Nordmann",
        "Phone:          +47 99 88 77 66",
        "Notes:          by the window",
    )
    assert mail.subject == "Booking to be confirmed: Kari Nordmann, Massage, Tuesday, 2 March 2027, 10:00"
    assert "window" not in render(facts("confirmation", waiting)).text


def test_staff_are_told_why_a_template_can_not_be_used() -> None:
    says(
        facts("template_fault", audience="staff", told=("line 1: there is no `x`",)),
        "Reason:         line 1: there is no `x`",
    )


def test_times_are_those_of_the_site() -> None:
    chair = msgspec.structs.replace(OSLO, name="Broadway", time_zone="America/New_York", country="US")
    says(
        facts("confirmation", entry(chair)),
        "When:           Tuesday, 2 March 2027, 04:00–05:00",
        "Time zone:      Eastern Time (America/New_York)",
        "                United States",
    )
    nowhere = msgspec.structs.replace(CLINIC, time_zone="UTC")
    says(facts("confirmation", entry(None), account=nowhere), "Time zone:      UTC")


def test_times_over_midnight_whole_days_and_changes_of_clocks() -> None:
    midnight, day = datetime(2027, 3, 1, 23, tzinfo=UTC), timedelta(days=1)
    fold = datetime(2027, 10, 31, tzinfo=UTC)  # 02:00 in summer time; clocks go back at 03:00
    assert when(starts_at=EVENING, ends_at=EVENING + 2 * HOUR) == "Tuesday, 2 March 2027, 22:00–00:00"
    assert when(starts_at=EVENING, ends_at=EVENING + 8 * HOUR) == (
        "Tuesday, 2 March 2027, 22:00 – Wednesday, 3 March 2027, 06:00"
    )
    assert when(starts_at=midnight, ends_at=midnight + day) == "Tuesday, 2 March 2027, all day"
    assert when(starts_at=midnight, ends_at=midnight + 3 * day) == (
        "Tuesday, 2 March 2027 – Thursday, 4 March 2027, all day"
    )
    assert when(starts_at=fold, ends_at=fold + HOUR) == "Sunday, 31 October 2027, 02:00 (UTC+2)–02:00 (UTC+1)"
    assert when(starts_at=fold - HOUR, ends_at=fold + 2 * HOUR) == "Sunday, 31 October 2027, 01:00–03:00"


def test_who_can_refuse_is_told_how() -> None:
    url = "https://example.org/refuse?a=1&b=2"
    mail = says(facts("reminder", unsubscribe=url), f"I want no more messages of this kind: {url}")
    assert 'href="https://example.org/refuse?a=1&amp;b=2"' in mail.html
    assert "no more messages" not in render(facts("reminder")).text


def test_an_sms_is_short_and_in_the_gsm_alphabet_where_it_can_be() -> None:
    sms = render(facts("confirmation", channel="sms"))
    assert sms.text == "Booking confirmed: Massage, Tue, 02/03/2027 10:00, Majorstuen. Clinic"
    czech = render(facts("cancellation", entry(cancellation_reason="Je nám líto…"), channel="sms", locale="cs"))
    assert czech.text == "Rezervace zrusena: Massage, utery 2. 3. 2027 10:00, Majorstuen. Je nam lito... Clinic"
    assert (sms.size and sms.size.segments, czech.size and czech.size.segments) == (1, 1)


@pytest.mark.parametrize(("locale", "monday"), [("cs", "pondělí 8. 3. 2027"), ("sk", "pondelok 8. 3. 2027")])
def test_a_short_monday_does_not_read_as_after(locale: str, monday: str) -> None:
    sms = render(facts("reminder", entry(starts_at=START + 6 * DAY), channel="sms", locale=locale))
    assert f", {monday} 10:00," in sms.text


def test_what_has_no_letters_in_the_gsm_alphabet_stays_as_it_is() -> None:
    moscow = msgspec.structs.replace(CLINIC, name="Москва")
    assert render(facts(channel="sms", account=moscow)).text.endswith("Москва")
