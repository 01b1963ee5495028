"""E-mail addresses for vendors who know fewer of them than the engine, such as none with letters beyond ASCII."""

import re
from collections.abc import Callable
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable

_line = codecs.text()


def email_like(form: re.Pattern[str], write: Callable[[str], str] = str) -> Codec:
    """Addresses of this form, written by `write`; others are written as null. Unreadable: invalid, too_long."""

    def read(value: Any, context: Any) -> Any:
        address = _line.read(value, context)
        if address and address.strip() and not form.fullmatch(address.strip()):
            raise Unreadable("invalid")
        return address

    return Codec(read, lambda context: lambda address: write(address) if form.fullmatch(address) else None, True)
