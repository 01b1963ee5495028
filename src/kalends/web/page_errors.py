"""What pages say of errors: the status, and which text. Rooms of pages have the texts, and may tell more apart."""

from collections.abc import Callable, Mapping

import msgspec

from kalends.engine import refusals
from kalends.engine.all_refusals import Several
from kalends.engine.refusals import Refusal
from kalends.web import problems
from kalends.web.door import Answer
from kalends.web.problems import Problem

KEYS = (
    "busy",
    "changed",
    "method",
    "not_found",
    "refused",
    "too_large",
    "unavailable",
    "unavailable_kept",
    "unexpected",
    "unreadable",
)
"""The errors that all pages tell apart: `error.KEY` is the heading, `advice.KEY` what to do."""
Answers = Mapping[type[Exception], tuple[int, str]]
_REFUSED = (
    refusals.BadRecurrence,
    refusals.Barred,
    refusals.Closed,
    refusals.Duplicate,
    refusals.Full,
    refusals.IllegalTransition,
    refusals.InUse,
    refusals.Invalid,
    refusals.NotServed,
    refusals.OffStep,
    refusals.RepeatedTime,
    refusals.SeparateTimes,
    refusals.SkippedTime,
    refusals.TooFar,
    refusals.TooMany,
    refusals.TooManyOccurrences,
    refusals.TooSoon,
    refusals.Unreachable,
    refusals.WrongCode,
)
"""What forms say in words of their own; where none does, nothing is left to say but that it can't be."""
ANSWERS: Answers = {
    Refusal: (409, "refused"),
    **dict.fromkeys(_REFUSED, (409, "refused")),
    refusals.Unauthenticated: (404, "not_found"),
    refusals.TooManyAttempts: (429, "busy"),
    refusals.Forbidden: (403, "refused"),
    refusals.NotFound: (404, "not_found"),
    refusals.Retired: (404, "not_found"),
    refusals.Stale: (409, "changed"),
    refusals.Outdated: (412, "changed"),
    Problem: (400, "unreadable"),
    problems.Malformed: (400, "unreadable"),
    problems.TooSlow: (408, "unreadable"),
    problems.TooLarge: (413, "too_large"),
    problems.TooDeep: (413, "too_large"),
    problems.TooManyParameters: (413, "too_large"),
    problems.UnsupportedMedia: (415, "unreadable"),
    problems.IdempotencyKeyReused: (409, "changed"),
    problems.RequestInProgress: (409, "busy"),
    problems.PreconditionFailed: (412, "changed"),
    problems.PreconditionRequired: (428, "changed"),
    problems.RouteNotFound: (404, "not_found"),
    problems.MethodNotAllowed: (405, "method"),
    problems.CrossSite: (403, "refused"),
    problems.Limited: (429, "busy"),
    problems.Unavailable: (503, "unavailable"),
    problems.TimedOut: (503, "unavailable"),
    problems.Unexpected: (500, "unexpected"),
}
"""The status and key of each refusal and problem."""


def error_page(error: Exception, answers: Answers, draw: Callable[[int, str], Answer]) -> Answer:
    """The page for an error, which `draw` makes of a status and a key."""
    refusal = error.refusals[0] if isinstance(error, Several) else error
    status, key = answers.get(type(refusal)) or answers[Refusal if isinstance(refusal, Refusal) else Problem]
    if isinstance(error, problems.Unavailable) and error.maybe_kept:
        key = "unavailable_kept"
    page = draw(status, key)
    return msgspec.structs.replace(page, headers=page.headers + tuple(_http_headers(error)))


def _http_headers(error: Exception) -> list[tuple[str, str]]:
    """Source: RFC 9110, 10.2.1 and 10.2.3."""
    match error:
        case problems.MethodNotAllowed() if error.allowed:
            return [("allow", ", ".join(error.allowed))]
        case problems.Limited() | problems.Unavailable() | problems.RequestInProgress() | refusals.TooManyAttempts():
            return [("retry-after", str(error.retry_after))]
    return []
