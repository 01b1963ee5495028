"""A mail as it goes over the wire."""

from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import msgspec
import pytest

from kalends.notices.messages.calendar_file import calendar_file
from kalends.notices.messages.mime import Envelope, mail_message
from kalends.notices.messages.render import render
from tests.notices.messages.facts import NOW, facts

TOLD = facts()
MAIL = msgspec.structs.replace(render(TOLD), calendar=calendar_file(TOLD))


def sent(**fields: Any) -> EmailMessage:
    """The mail as its recipient's program reads it; named are fields of the envelope that are not the usual ones."""
    rendered = fields.pop("rendered", MAIL)
    usual = Envelope(
        sender="booking@example.org",
        sender_name="Clinic",
        recipient="kari@example.org",
        message_id="<1.7@example.org>",
        at=NOW,
    )
    content = mail_message(rendered, msgspec.structs.replace(usual, **fields)).as_bytes()
    assert all(len(line) <= 78 for line in content.split(b"\r\n\r\n")[0].split(b"\r\n"))
    return BytesParser(policy=policy.default).parsebytes(content)


def decoded(mail: EmailMessage, name: str) -> str:
    """A header as RFC 2047 has it; the newer parser keeps spaces between the encoded words of names."""
    (raw,) = [value for key, value in mail.raw_items() if key == name]
    return str(make_header(decode_header(raw)))


def test_its_parts() -> None:
    mail = sent()
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "text/calendar",
    ]
    invitation, attachment = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert (invitation["Content-Type"].params["method"], invitation.get_content_charset()) == ("REQUEST", "utf-8")
    assert invitation.get_content_disposition() is None
    assert (attachment.get_content_disposition(), attachment.get_filename()) == ("attachment", "invite.ics")
    assert MAIL.calendar
    assert attachment.get_payload(decode=True) == MAIL.calendar.content


def test_its_headers() -> None:
    mail = sent(sender_name="Clinic, the", reply_to="desk@example.org")
    assert (mail["From"], mail["To"]) == ('"Clinic, the" <booking@example.org>', "kari@example.org")
    assert (mail["Reply-To"], mail["Message-ID"]) == ("desk@example.org", "<1.7@example.org>")
    assert (mail["Date"], mail["Auto-Submitted"]) == ("Mon, 01 Mar 2027 09:00:00 +0000", "auto-generated")


@pytest.mark.parametrize(
    "name", ["Žofie – Nová", "Клиника «Центр» в Осло, на углу", "A\r\nBcc: x@example.org", "ﷺ 😀 a"]
)
def test_names_and_subjects_of_all_kinds_come_out_as_they_went_in(name: str) -> None:
    mail = sent(sender_name=name, rendered=msgspec.structs.replace(MAIL, subject=" ".join(f"{name} {name}".split())))
    assert decoded(mail, "From").removesuffix("<booking@example.org>").strip(' "') == " ".join(name.split())
    assert decoded(mail, "Subject") == " ".join(f"{name} {name}".split())
    assert mail["Bcc"] is None


def test_a_domain_is_written_as_the_dns_has_it() -> None:
    assert sent(recipient="kari@blåbær.no")["To"].addresses[0].addr_spec == "kari@xn--blbr-roah.no"


def test_who_can_refuse_can_do_so_with_one_click() -> None:
    mail = sent(rendered=msgspec.structs.replace(MAIL, unsubscribe="https://example.org/x"))
    assert mail["List-Unsubscribe"] == "<https://example.org/x>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    by_mail = sent(rendered=msgspec.structs.replace(MAIL, unsubscribe="mailto:desk@example.org?subject=x"))
    assert (by_mail["List-Unsubscribe"], by_mail["List-Unsubscribe-Post"]) == (
        "<mailto:desk@example.org?subject=x>",
        None,
    )
    assert sent()["List-Unsubscribe"] is None
