"""A mail as it goes over the wire (RFC 5322, MIME)."""

from contextlib import suppress
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

import msgspec

from kalends.engine.messages.rendered import Rendered
from kalends.notices.messages.one_line import in_one_line


class _Policy(EmailPolicy):
    """Subjects and names are encoded by `email.header`: EmailPolicy loses spaces where some words need encoding and
    others don't."""

    def fold(self, name: str, value: str) -> str:
        """The header in lines."""
        encoded = _encoded(name, value)
        return super().fold(name, value) if encoded is None else f"{name}: {encoded}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header in lines, as bytes."""
        return self.fold(name, value).encode(errors="surrogateescape")


_POLICY = _Policy(linesep="\r\n")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Between whom and when a mail goes. `sender_name` is shown beside the address; `reply_to` "" is the sender."""

    sender: str
    sender_name: str
    recipient: str
    recipient_name: str = ""
    reply_to: str = ""
    message_id: str
    at: datetime


def mail_message(rendered: Rendered, envelope: Envelope) -> EmailMessage:
    """The mail with its text, its HTML and its calendar file.

    The calendar file is an alternative to the text, with which mail programs offer to accept it, and an attachment,
    which others save or open.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(envelope.sender_name, envelope.sender)
    message["To"] = _address(envelope.recipient_name, envelope.recipient)
    if envelope.reply_to:
        message["Reply-To"] = envelope.reply_to
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer, such as a notice of absence
    if rendered.unsubscribe:
        message["List-Unsubscribe"] = f"<{rendered.unsubscribe}>"
        if rendered.unsubscribe.startswith("https:"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    if rendered.calendar:
        _add_calendar(message, rendered)
    return message


def _encoded(name: str, value: str) -> str | None:
    """A header whose text is not ASCII, None for others and for addresses that are not ASCII (RFC 6531)."""
    if value.isascii():
        return None
    addresses = getattr(value, "addresses", None)
    if addresses is None:
        return _in_lines(name, value)
    if not all(address.addr_spec.isascii() for address in addresses):
        return None
    return ",\r\n ".join(f"{_in_lines(name, address.display_name)}\r\n <{address.addr_spec}>" for address in addresses)


def _in_lines(name: str, text: str) -> str:
    return Header(str(text), "utf-8", header_name=name).encode(linesep="\r\n")


def _add_calendar(message: EmailMessage, rendered: Rendered) -> None:
    assert rendered.calendar
    content, method = rendered.calendar.content, rendered.calendar.method
    message.add_alternative(content.decode(), subtype="calendar", params={"method": method}, cte="base64")
    name = "cancel.ics" if method == "CANCEL" else "invite.ics"
    message.add_attachment(content, maintype="text", subtype="calendar", filename=name, params={"method": method})


def _address(name: str, address: str) -> Address:
    """An address with a name in front, and its domain as the DNS has it (RFC 5891)."""
    user, _, domain = address.rpartition("@")
    with suppress(UnicodeError):  # a domain that there can't be stays as it is: the server will say so
        domain = domain.encode("idna").decode()
    return Address(in_one_line(name), user, domain)
