"""Paths as clients write them."""

from kalends.web.door import clean

SUFFIX = ".json"
"""Some clients end paths so, to ask for JSON."""


def no_suffix(path: str) -> str:
    """The path with single slashes, without the suffix."""
    return clean(path).removesuffix(SUFFIX) or "/"
