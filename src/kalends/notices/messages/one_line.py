"""Texts that must be one line: subjects, names in headers, text messages."""

import re

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What breaks lines, or shows a text in another order than it is in."""


def in_one_line(text: str) -> str:
    """The text with single spaces in place of all white space and control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())
