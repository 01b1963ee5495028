"""The vendor's OpenAPI document, made by `python -m tests.dialects.strip_openapi`, as a contract."""

import re
from pathlib import Path

import httpx

from tests.dialects.contract import Contract, Tolerances

BASE_PATH = "/cliniko/v1"
# Older spellings that the document no longer has, and what they are the same as.
_OLD_LISTS = re.compile(r"/(deleted|cancelled|archived)$")


def _spelling(method: str, path: str) -> tuple[str, str]:
    return {"PUT": "PATCH", "HEAD": "GET"}.get(method, method), _OLD_LISTS.sub("", path)


def check_error(response: httpx.Response) -> None:
    """Check that an error is `{"message"}`, and `errors` with one text for each field if it is about fields."""
    error = response.json()
    assert isinstance(error["message"], str)
    assert error.keys() <= {"message", "errors"}
    assert all(isinstance(text, str) for text in error.get("errors", {}).values())


CONTRACT = Contract(
    Path(__file__).parent / "openapi.json",
    BASE_PATH,
    tolerances=Tolerances(
        spelling=_spelling,
        check_error=check_error,
        optional=frozenset({"next", "previous"}),
        newer=frozenset({"sent_email_reminders_count", "sent_sms_reminders_count"}),
    ),
)
