"""Every way a request fails before, or without, an answer of the house.

A closed family beside `kalends.engine.refusals`: a refusal is the house saying no, a problem is a request that
could not be put to it. There are no bodies here; each door answers each problem in its own form.
"""

from typing import ClassVar


class Problem(Exception):
    """The request could not be put to the house, or the house could not answer it."""

    code: ClassVar[str]


class Malformed(Problem):
    """The request can't be read; `reason` says what: json, form, character, encoding, length, idempotency_key,
    incomplete or request."""

    code = "malformed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooSlow(Problem):
    """The body did not come whole within the time that a request may take."""

    code = "too_slow"


class TooLarge(Problem):
    """The body is larger than the `most` bytes that are read."""

    code = "too_large"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooDeep(Problem):
    """The body or the names of its parameters are nested deeper than `most` levels."""

    code = "too_deep"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooManyParameters(Problem):
    """The query or the body has more than `most` values."""

    code = "too_many_parameters"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class UnsupportedMedia(Problem):
    """The body is of a kind that is not read here."""

    code = "unsupported_media"


class IdempotencyKeyReused(Problem):
    """The idempotency key came with another request before."""

    code = "idempotency_key_reused"


class RequestInProgress(Problem):
    """The request with the same idempotency key has not ended; worth another try after `retry_after` seconds."""

    code = "request_in_progress"

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class RouteNotFound(Problem):
    """There is nothing at this path."""

    code = "route_not_found"


class MethodNotAllowed(Problem):
    """The path is there, but not for this method; `allowed` names those it is for."""

    code = "method_not_allowed"

    def __init__(self, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(allowed)
        self.allowed = allowed


class CrossSite(Problem):
    """A change that a page of another site made the user's browser send."""

    code = "cross_site"


class Limited(Problem):
    """Too many requests from this key or address; the next is welcome after `retry_after` seconds."""

    code = "limited"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Unavailable(Problem):
    """The server is about to stop, or its database can't be reached; worth another try after `retry_after` seconds.

    `maybe_kept`: the database was lost during the commit, so the change may have been made.
    """

    code = "unavailable"

    def __init__(self, retry_after: int = 5, maybe_kept: bool = False) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
        self.maybe_kept = maybe_kept


class TimedOut(Problem):
    """The answer took longer than a request may take; nothing of it was kept, as what commits is not interrupted."""

    code = "timed_out"


class Unexpected(Problem):
    """What nobody foresaw; the log knows more under the request's id."""

    code = "unexpected"
