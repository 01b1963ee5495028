"""Texts of which a vendor knows certain forms only, such as e-mail addresses without letters beyond ASCII."""

import re
from collections.abc import Callable
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable

_line = codecs.text()


def text_like(form: re.Pattern[str], write: Callable[[str], str] = str) -> Codec:
    """Texts of this form, written by `write`; others are written as null. Unreadable: invalid, too_long."""

    def read(value: Any, context: Any) -> Any:
        text = _line.read(value, context)
        if text and text.strip() and not form.fullmatch(text.strip()):
            raise Unreadable("invalid")
        return text

    return Codec(read, lambda context: lambda text: write(text) if form.fullmatch(text) else None, True)
