"""A message as it is sent."""

from typing import Literal

import msgspec

from kalends.engine.messages.sms import SmsSize


class CalendarFile(msgspec.Struct, frozen=True):
    """A file in iCalendar format (RFC 5545) with its method (RFC 5546)."""

    method: Literal["REQUEST", "CANCEL"]
    content: bytes


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A message in the language of its recipient.

    A mail has `subject`, `text`, `html` and perhaps `calendar` and `unsubscribe`; an SMS has `text` and `size`.
    `template_id` is the account's template that was to be used, None for the built-in text. If that can't be used, the
    message has the built-in text, and `fault` says why.
    """

    subject: str = ""
    text: str
    html: str = ""
    calendar: CalendarFile | None = None
    unsubscribe: str = ""
    size: SmsSize | None = None
    template_id: int | None = None
    fault: str = ""
