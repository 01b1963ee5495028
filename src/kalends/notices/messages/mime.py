"""A mail as it goes over the wire (RFC 5322, MIME)."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import msgspec

from kalends.engine.messages.rendered import Rendered


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
    message = EmailMessage(policy=SMTP)
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


def _add_calendar(message: EmailMessage, rendered: Rendered) -> None:
    assert rendered.calendar
    content, method = rendered.calendar.content, rendered.calendar.method
    message.add_alternative(content.decode(), subtype="calendar", params={"method": method}, cte="base64")
    name = "cancel.ics" if method == "CANCEL" else "invite.ics"
    message.add_attachment(content, maintype="text", subtype="calendar", filename=name, params={"method": method})


def _address(name: str, address: str) -> Address:
    """An address with a name in front; an address that is not ASCII before the @ needs SMTPUTF8 (RFC 6531)."""
    user, _, domain = address.rpartition("@")
    return Address("".join(filter(str.isprintable, name)), user, domain)
