"""Paths as clients spell them."""

from kalends.web.door import clean

SUFFIX = ".json"
"""What some clients write at the end of a path to ask for JSON."""


def no_suffix(path: str) -> str:
    """The clean path without the suffix."""
    return clean(path).removesuffix(SUFFIX) or "/"
