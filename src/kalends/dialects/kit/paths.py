"""Paths as clients spell them."""

from kalends.web.door import clean


def no_suffix(path: str) -> str:
    """The clean path without a `.json` at its end, which some clients use to ask for JSON."""
    return clean(path).removesuffix(".json") or "/"
