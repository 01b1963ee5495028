"""Problems: the ways in which a request fails before an action decides about it, or without an answer from one.

They are a closed family beside `kalends.engine.refusals`: a refusal is the decision of an action, a problem means that
there was none. Each door turns each problem into an answer of its own form.
"""

from typing import ClassVar


class Problem(Exception):
    """The request could not be processed."""

    code: ClassVar[str]


class Malformed(Problem):
    """The request can't be read. `reason` says why:

    json: the body is not JSON, or not an object.
    form: the fields of a form contradict each other.
    character: a text contains NUL.
    encoding: a text is not in the character set it should be in.
    length: Content-Length is not a number.
    idempotency_key: the key is too long or not printable ASCII.
    incomplete: the client left before it had sent the body.
    request: anything else, such as a bad Host header or multipart body.
    """

    code = "malformed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooSlow(Problem):
    """The body did not arrive completely within the time limit of a request."""

    code = "too_slow"


class TooLarge(Problem):
    """The body is larger than `most` bytes."""

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
    """The media type of the body is not supported."""

    code = "unsupported_media"


class IdempotencyKeyReused(Problem):
    """The idempotency key came with another request before."""

    code = "idempotency_key_reused"


class RequestInProgress(Problem):
    """The request with the same idempotency key is still running; try again after `retry_after` seconds."""

    code = "request_in_progress"

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class PreconditionFailed(Problem):
    """The record is at another version than `If-Match` names.

    `current` is the record as the door shows it, encoded as JSON, and `etag` its ETag; both are empty if it is gone.
    """

    code = "precondition_failed"

    def __init__(self, current: bytes = b"", etag: str = "") -> None:
        super().__init__(etag)
        self.current = current
        self.etag = etag


class PreconditionRequired(Problem):
    """The account wants `If-Match` with every change of what has a version, and there is none."""

    code = "precondition_required"


class RouteNotFound(Problem):
    """There is no route for this path."""

    code = "route_not_found"


class MethodNotAllowed(Problem):
    """There is a route for this path, but not for this method; `allowed` are the methods that it has."""

    code = "method_not_allowed"

    def __init__(self, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(allowed)
        self.allowed = allowed


class CrossSite(Problem):
    """A page of another site made the user's browser send a change."""

    code = "cross_site"


class Limited(Problem):
    """Too many requests with this key or from this address; try again after `retry_after` seconds."""

    code = "limited"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Unavailable(Problem):
    """The server is about to stop, or its database can't be used; try again after `retry_after` seconds.

    `maybe_kept`: the connection was lost during the commit, so the change may have been made.
    """

    code = "unavailable"

    def __init__(self, retry_after: int = 5, maybe_kept: bool = False) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
        self.maybe_kept = maybe_kept


class TimedOut(Problem):
    """The time limit of a request is over. No change was made: a commit that has begun is never interrupted."""

    code = "timed_out"


class Unexpected(Problem):
    """An unexpected error, that is a bug. The log has the details under the request's id."""

    code = "unexpected"
