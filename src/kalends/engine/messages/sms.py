"""How long an SMS is: which alphabet it needs, and in how many segments it is sent and charged.

Source: 3GPP TS 23.038 (the GSM 7-bit default alphabet and its extension), 3GPP TS 23.040, 9.2.3.24.1 (concatenation).
"""

from typing import Literal

import msgspec

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_ESCAPED = frozenset("^{}\\[~]|€\f")
"""These take two septets: an escape and the character."""
_GSM7_SINGLE, _GSM7_PART = 160, 153
_UCS2_SINGLE, _UCS2_PART = 70, 67


class SmsSize(msgspec.Struct, frozen=True):
    """`units` of `encoding` (septets of GSM-7, 16-bit units of UCS-2) in so many `segments`."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def sms_size(text: str) -> SmsSize:
    """The size of a text. A character that takes two units is not divided between two segments."""
    gsm7 = all(character in _GSM7 or character in _GSM7_ESCAPED for character in text)
    widths = [_width(character, gsm7=gsm7) for character in text]
    single, part = (_GSM7_SINGLE, _GSM7_PART) if gsm7 else (_UCS2_SINGLE, _UCS2_PART)
    units = sum(widths)
    return SmsSize("GSM-7" if gsm7 else "UCS-2", units, 1 if units <= single else _segments(widths, part))


def _width(character: str, *, gsm7: bool) -> int:
    if gsm7:
        return 2 if character in _GSM7_ESCAPED else 1
    return 2 if ord(character) > 0xFFFF else 1


def _segments(widths: list[int], length: int) -> int:
    segments, used = 1, 0
    for width in widths:
        if used + width > length:
            segments, used = segments + 1, 0
        used += width
    return segments
