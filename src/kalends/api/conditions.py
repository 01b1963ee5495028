"""Conditional requests: ETags, If-Match and If-None-Match (RFC 9110, 13).

An ETag has the version of the record and a digest of the answer: `"7-1c0b2a9d3e4f"`. If-Match compares the version
only, so it does not matter in which form, or how expanded, the record was read; `"7"` is accepted as well.
"""

import hashlib
import re

_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"')
_DIGEST_BYTES = 6


def etag(version: str, body: bytes) -> str:
    """The ETag of an answer; `version` is "" for what has no revision, such as a list."""
    digest = hashlib.blake2b(body, digest_size=_DIGEST_BYTES).hexdigest()
    return f'"{version}-{digest}"' if version else f'"{digest}"'


def expected_versions(if_match: str) -> frozenset[str] | None:
    """The versions that an If-Match names; None if there is no such header, or it is `*`. Others match nothing."""
    if if_match.strip() in ("", "*"):
        return None
    return frozenset(tag.partition("-")[0] for tag in _TAG.findall(if_match))


def is_unchanged(if_none_match: str, tag: str) -> bool:
    """Whether the client has this answer already."""
    return if_none_match.strip() == "*" or tag.strip('"') in _TAG.findall(if_none_match)
