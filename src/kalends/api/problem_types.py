"""All types of problems, by refusal and problem: the address, title, status and form of each.

docs/problems.md has the texts of their pages.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from kalends.api.operations import Operation
from kalends.api.problem_shapes import (
    FaultsProblem,
    InUseProblem,
    LimitProblem,
    LineLimitProblem,
    LineProblem,
    OutdatedProblem,
    Problem,
    ReadingsProblem,
    TakenProblem,
    TransitionProblem,
    WaitProblem,
)
from kalends.api.reading import has_moments
from kalends.api.samples import sample_of
from kalends.engine import refusals
from kalends.engine.refusals import Refusal
from kalends.web import problems as web
from kalends.web.problems import Problem as WebProblem

MEDIA_TYPE = "application/problem+json"
PAGES = "/docs/problems/"
_EXAMPLE_ADDRESS = "https://booking.example/api/v1"


class ProblemType(msgspec.Struct, frozen=True):
    """A type of problems.

    `key` is that of its text, `shape` its form. The title never changes.
    """

    key: str
    title: str
    status: int
    shape: type[Problem] = Problem

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.key.replace("_", "-")

    @property
    def sample(self) -> dict[str, Any]:
        """One problem of the type."""
        own = {"type": f"{_EXAMPLE_ADDRESS}{PAGES}{self.slug}", "title": self.title, "status": self.status}
        return {**sample_of(self.shape), **own, "detail": f"{self.title}."}


def _type(key: str, title: str, status: int, shape: type[Problem] = Problem) -> ProblemType:
    return ProblemType(key, title, status, shape)


PROBLEMS: Mapping[type[Exception], ProblemType] = {
    Refusal: _type("refused", "Refused", 409),
    refusals.Unauthenticated: _type("unauthenticated", "No valid key", 401),
    refusals.TooManyAttempts: _type("too_many_attempts", "Too many attempts", 429, WaitProblem),
    refusals.Forbidden: _type("forbidden", "Not permitted", 403),
    refusals.NotFound: _type("not_found", "Not found", 404),
    refusals.Invalid: _type("invalid", "Invalid", 422, FaultsProblem),
    refusals.Duplicate: _type("duplicate", "Not unique", 409, FaultsProblem),
    refusals.Retired: _type("retired", "Not in use any more", 409, LineProblem),
    refusals.NotServed: _type("not_served", "Not served", 422, LineProblem),
    refusals.Closed: _type("closed", "Closed", 422, LineProblem),
    refusals.TooSoon: _type("too_soon", "Too soon", 422, LineProblem),
    refusals.TooFar: _type("too_far", "Too far ahead", 422, LineProblem),
    refusals.OffStep: _type("off_step", "No time to start", 422, LineProblem),
    refusals.TooMany: _type("too_many", "Too many units", 422, LineLimitProblem),
    refusals.Full: _type("taken", "The time is taken", 409, TakenProblem),
    refusals.SkippedTime: _type("time_does_not_exist", "A time that does not exist", 422, ReadingsProblem),
    refusals.RepeatedTime: _type("time_is_twice", "A time that is there twice", 422, ReadingsProblem),
    refusals.InUse: _type("in_use", "In use", 409, InUseProblem),
    refusals.IllegalTransition: _type("illegal_transition", "Not in this state", 409, TransitionProblem),
    refusals.WrongCode: _type("wrong_code", "Wrong code", 422),
    refusals.Unreachable: _type("unreachable", "Unreachable", 422, FaultsProblem),
    refusals.Barred: _type("blocked", "The customer is blocked", 409),
    refusals.BadRecurrence: _type("bad_recurrence", "No recurrence", 422),
    refusals.SeparateTimes: _type("separate_times", "Several times", 422),
    refusals.TooManyOccurrences: _type("too_many_occurrences", "Too many occurrences", 422, LimitProblem),
    refusals.Stale: _type("changed_meanwhile", "Changed meanwhile", 409),
    refusals.Outdated: _type("version_mismatch", "Changed since it was read", 412, OutdatedProblem),
    WebProblem: _type("unreadable", "Unreadable", 400),
    web.Malformed: _type("malformed", "Malformed", 400),
    web.TooSlow: _type("too_slow", "Too slow", 408),
    web.TooLarge: _type("too_large", "Too large", 413, LimitProblem),
    web.TooDeep: _type("too_deep", "Nested too deep", 400, LimitProblem),
    web.TooManyParameters: _type("too_many_values", "Too many values", 400, LimitProblem),
    web.UnsupportedMedia: _type("unsupported_media", "Not JSON", 415),
    web.IdempotencyKeyReused: _type("key_reused", "Idempotency-Key used before", 422),
    web.RequestInProgress: _type("in_progress", "Still running", 409, WaitProblem),
    web.PreconditionRequired: _type("version_required", "If-Match is required", 428),
    web.RouteNotFound: _type("no_route", "No such path", 404),
    web.MethodNotAllowed: _type("no_method", "Method not allowed", 405),
    web.CrossSite: _type("cross_site", "From another site", 403),
    web.Limited: _type("limited", "Too many requests", 429, WaitProblem),
    web.Unavailable: _type("unavailable", "Unavailable", 503, WaitProblem),
    web.TimedOut: _type("timed_out", "Timed out", 503),
    web.Unexpected: _type("unexpected", "Unexpected error", 500),
    web.PreconditionFailed: _type("version_mismatch", "Changed since it was read", 412, OutdatedProblem),
}
"""The type of each refusal and problem; several have the same one if they mean the same to clients."""
BY_SLUG: Mapping[str, ProblemType] = {kind.slug: kind for kind in PROBLEMS.values()}

_ANY = (
    refusals.Unauthenticated,
    refusals.Forbidden,
    refusals.Invalid,
    web.Malformed,
    web.TooManyParameters,
    web.Limited,
    web.Unavailable,
    web.TimedOut,
    web.Unexpected,
)
_WITH_BODY = (web.TooLarge, web.TooDeep, web.TooSlow, web.UnsupportedMedia)
_WRITES = (web.IdempotencyKeyReused, web.RequestInProgress, refusals.Stale)


def problems_of(operation: Operation) -> list[ProblemType]:
    """The types of all problems that the operation can answer with, in the order of PROBLEMS."""
    errors = {*_errors_of(operation)}
    return list(dict.fromkeys(kind for error, kind in PROBLEMS.items() if error in errors))


def _errors_of(operation: Operation) -> Iterator[type[Exception]]:
    yield from (*_ANY, *operation.refusals)
    if "{" in operation.path:
        yield refusals.NotFound
    if operation.writes:
        yield from _WITH_BODY
    if operation.writes:
        yield from _WRITES
    if operation.writes and operation.tracked is not None:
        yield from (web.PreconditionFailed, web.PreconditionRequired)
    if any(has_moments(kind) for kind in (operation.params, operation.body) if kind is not None):
        yield from (refusals.SkippedTime, refusals.RepeatedTime)
