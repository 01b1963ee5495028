"""Safe output: names and notes come from anybody, and a terminal obeys the control characters in them."""

import re
from typing import TextIO, cast

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but tab and line feed, and those that change the direction of text."""


class Printable:
    """A stream that writes control characters as U+FFFD."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        return self.stream.write(CONTROL.sub("\ufffd", text))

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)


def printable(stream: TextIO) -> TextIO:
    """The stream, safe to print anything on."""
    return cast("TextIO", Printable(stream))
