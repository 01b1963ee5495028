"""Requests that tell whether the API can be reached, and which languages it speaks."""

from collections.abc import Mapping
from typing import Any

from kalends.dialects.carecloud.fields.service import CONNECTION, LANGUAGES
from kalends.dialects.carecloud.parse.reader import Reader


def parse_connection(params: Mapping[str, Any]) -> str:
    """The text that is sent, "" without one. Raises Invalid(test_string: invalid, too_long)."""
    return str(Reader(None, params).only(CONNECTION).get("test_string", ""))


def parse_languages(params: Mapping[str, Any]) -> bool:
    """Whether to list the usual language alone.

    Raises Invalid(language_list_type: not_included; default_only: invalid).
    """
    return bool(Reader(None, params).only(LANGUAGES).get("default_only"))
