"""Every kind of message, in every language and by every channel, of bookings of all sorts."""

import io
import re
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from kalends.engine.bookings.request import CHANNELS
from kalends.engine.catalog.resource import RESOURCE_KINDS
from kalends.engine.messages.facts import ABOUT_BOOKINGS, FOR_STAFF, IN_CALENDAR, KINDS, MessageFacts, MessageItem
from kalends.engine.messages.rendered import Rendered
from kalends.engine.messages.sms import sms_size
from kalends.engine.messages.template import MessageTemplate
from kalends.engine.time.span import Span
from kalends.notices.messages.calendar_file import calendar_file
from kalends.notices.messages.mime import Envelope, mail_message
from kalends.notices.messages.render import render
from kalends.notices.texts import LANGUAGES
from tests.notices.messages.facts import ADA, CLINIC, HOOK, KARI, MASSAGE, NOW, OSLO, entry, facts

ZONES = ("Europe/Oslo", "America/New_York", "Atlantic/Canary", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]")
VOID = {"area", "base", "br", "hr", "img", "link", "meta"}
OWN = """
# {{ head }}
Dear {{ customer.name }}, {{ service }} {{ when }} {{ was }} {{ place }} {{ reason }} {{ code }} {{ until }}

{{ details }}
{% for time in times %}
- {{ time.day }} {{ time.starts }} {{ time.ends }} {{ time.resource }} {{ time.units }} {{ time.number }}
{% endfor %}
{% if link %}[here]({{ link }}) or {{ link }}{% endif %}
{{ site.name }} {{ site.address }} {{ account.name }} {{ account.phone }} {{ count }} {{ intro }}
"""

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
# Around the changes of clocks of 2027 in Oslo.
changes = st.sampled_from((datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC))).flatmap(
    lambda at: st.integers(-180, 180).map(lambda minutes: at + timedelta(minutes=minutes))
)
lengths = st.sampled_from((5, 45, 60, 600, 1440, 4000)).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def entries(draw: st.DrawFn) -> MessageItem:
    """One time of a booking."""
    start = draw(moments | changes)
    site = msgspec.structs.replace(
        OSLO, name=draw(words), time_zone=draw(st.sampled_from(ZONES)), street=draw(words), city=draw(words)
    )
    resource = msgspec.structs.replace(ADA, kind=draw(st.sampled_from(RESOURCE_KINDS)), title=draw(words))
    return entry(
        draw(st.sampled_from((site, None))),
        starts_at=start,
        ends_at=start + draw(lengths),
        was=draw(st.sampled_from((None, Span(start - timedelta(days=1), start)))),
        sequence=draw(st.integers(0, 9)),
        resource=draw(st.sampled_from((resource, None))),
        service=draw(st.sampled_from((msgspec.structs.replace(MASSAGE, title=draw(words)), None))),
        state=draw(st.sampled_from(("confirmed", "awaiting_confirmation", "cancelled"))),
        units=draw(st.integers(1, 3)),
        notes=draw(words),
        cancellation_reason=draw(st.none() | words),
        expires_at=draw(st.none() | moments),
        verification_code="012345",
    )


@st.composite
def bookings(draw: st.DrawFn) -> MessageFacts:
    """The facts of a message about one or several times, but for its kind, channel and language."""
    customer = msgspec.structs.replace(
        KARI, first_name=draw(words), last_name=draw(words), phone=draw(st.none() | words)
    )
    return facts(
        "confirmation",
        *draw(st.lists(entries(), min_size=1, max_size=4)),
        customer=customer,
        account=msgspec.structs.replace(CLINIC, name=draw(words) or "x", country=draw(st.sampled_from(("NO", "US")))),
        link=draw(st.sampled_from(("", "https://book.example.com/book/clinic/h/12?a&b"))),
        unsubscribe=draw(st.sampled_from(("", "https://example.org/x?y=1&z=2"))),
    )


def template(told: MessageFacts) -> MessageTemplate:
    subject = "{{ customer.name }} {{ when }}"
    usual: dict[str, Any] = {"account_id": 1, "id": 9, "created_at": NOW, "updated_at": NOW}
    return MessageTemplate(kind=told.kind, channel=told.channel, subject=subject, body=OWN, **usual)


class Tags(HTMLParser):
    """Whether every element is closed, in order, and none is of a kind that mail must not have."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag not in {"script", "iframe", "form", "object"}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        assert tag in VOID

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check_mail(told: MessageFacts, mail: Rendered) -> None:
    assert mail.subject.strip()
    assert CONTROL.search(mail.subject) is None
    assert mail.text.strip()
    assert Tags(mail.html).open == []
    whole = msgspec.structs.replace(mail, calendar=calendar_file(told))
    envelope = Envelope(
        sender="booking@example.org", sender_name=told.account.name, recipient="kari@example.org",
        recipient_name=told.customer.name if told.customer else "", message_id="<1.2@example.org>", at=NOW,
    )  # fmt: skip
    sent = BytesParser(policy=policy.default).parsebytes(mail_message(whole, envelope).as_bytes())
    assert " ".join(sent["Subject"].split()) == " ".join(mail.subject.split())
    assert sent["To"].addresses[0].addr_spec == "kari@example.org"
    body = sent.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == mail.text.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("kind", KINDS)
@given(bookings(), st.booleans())
@settings(max_examples=15)
def test_it_can_be_rendered_and_sent(kind: str, channel: str, language: str, booking: MessageFacts, own: bool) -> None:
    audience = "staff" if kind in FOR_STAFF else "customer"
    told = msgspec.structs.replace(booking, kind=kind, channel=channel, locale=language, audience=audience)
    if kind not in ABOUT_BOOKINGS:
        told = msgspec.structs.replace(told, customer=None, items=(), webhook=HOOK)
    message = render(told, [template(told)] if own else [])
    assert message.fault == ""
    if channel == "email":
        check_mail(told, message)
    else:
        assert message.size == sms_size(message.text)
        assert CONTROL.search(message.text) is None
        assert not message.subject


@pytest.mark.parametrize("kind", IN_CALENDAR)
@given(bookings())
def test_a_calendar_file_has_the_moments_of_the_booking(kind: str, booking: MessageFacts) -> None:
    told = msgspec.structs.replace(booking, kind=kind)
    file = calendar_file(told)
    assert file is not None
    read = Calendar.from_ical(file.content)
    assert (read["METHOD"], file.method) == ((file.method,) * 2)
    assert len(read.events) == len(told.items)
    for event, item in zip(read.events, told.items, strict=True):
        assert (event.start, event.end) == (item.item.starts_at, item.item.ends_at)
        assert (event["UID"], event["SEQUENCE"]) == (item.view.calendar_uid, item.sequence)
        assert (event["STATUS"] == "CANCELLED") == (kind == "cancellation" or item.item.state == "cancelled")


@given(moments | changes, lengths, st.sampled_from(ZONES[:5]))
def test_the_zone_of_a_calendar_file_says_what_the_zone_says(start: datetime, length: timedelta, name: str) -> None:
    site = msgspec.structs.replace(OSLO, time_zone=name)
    file = calendar_file(facts("confirmation", entry(site, starts_at=start, ends_at=start + length)))
    assert file is not None
    lines = file.content.decode()
    if f"DTSTART;TZID={name}" not in lines:
        assert "BEGIN:VTIMEZONE" not in lines
        return
    zone = tzical(io.StringIO(lines[lines.index("BEGIN:VTIMEZONE") : lines.index("BEGIN:VEVENT")])).get(name)
    wall = start.astimezone(ZoneInfo(name))
    assert wall.replace(tzinfo=zone).utcoffset() == wall.utcoffset()
