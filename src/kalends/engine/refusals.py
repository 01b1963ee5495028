"""All errors that the engine and the actions raise for a request they turn down.

Each refusal has a code, its data as attributes, and a docstring that says what it means. There is no HTTP here: each
door has one table from refusal to status and body, and `tests/rules` fails if a door leaves one out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from kalends.engine.conflict import Conflict, InTheWay, LineConflict
from kalends.engine.time.span import Span
from kalends.engine.time.wall_time import WallTime


class Refusal(Exception):
    """Base class: the request is understood, but turned down for the reason in `code`.

    `line` is the index of the line of a booking request that it is about; None if it is about the whole request.
    """

    code: ClassVar[str]
    line: int | None = None


class Fault(msgspec.Struct, frozen=True):
    """One invalid field: the engine's field name and a reason code such as `blank` or `not_a_number`."""

    field: str
    reason: str


class Unauthenticated(Refusal):
    """The key or token is missing, unknown, expired or revoked, or the login is wrong."""

    code = "unauthenticated"


class TooManyAttempts(Refusal):
    """Too many failed logins, or a new verification code too soon after the last; retry after `retry_after` seconds."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Forbidden(Refusal):
    """The caller is authenticated, but may not do this."""

    code = "forbidden"


class NotFound(Refusal):
    """The account has no `what` (such as `resource`) with the id `which`."""

    code = "not_found"

    def __init__(self, what: str, which: object = None) -> None:
        super().__init__(what, which)
        self.what = what
        self.which = which


class Invalid(Refusal):
    """Some fields are invalid; `faults` lists all of them."""

    code = "invalid"

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


class Duplicate(Refusal):
    """Another record of the account already has this value in a unique `field`."""

    code = "duplicate"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Retired(Refusal):
    """The resource, service or session in the request is no longer active; `what` says which of them."""

    code = "retired"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotServed(Refusal):
    """The resource does not offer the service."""

    code = "not_served"


class Closed(Refusal):
    """The time is outside the opening hours."""

    code = "closed"


class TooSoon(Refusal):
    """The start is in the past, or sooner than the service's notice allows."""

    code = "too_soon"


class TooFar(Refusal):
    """The start is later than the service's horizon allows."""

    code = "too_far"


class OffStep(Refusal):
    """The start is not on the service's grid of start times."""

    code = "off_step"


class TooMany(Refusal):
    """More units than one booking may have, which is `most`."""

    code = "too_many"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class Full(Refusal):
    """A resource or session has too little capacity left: up to five conflicts, and the `count` of all.

    `what`, `which` and the spans `in_the_way` are those of the first conflict. `lines`: where they were looked for, the
    lines of the request that can't be booked, with the free times nearest to each; `nearest` are those of all.
    `by_itself` says that all that is in the way there is wanted by the request itself.
    """

    code = "full"

    def __init__(
        self,
        what: str,
        which: int | None = None,
        in_the_way: Sequence[Span] = (),
        *,
        lines: Sequence[LineConflict] = (),
        conflicts: Sequence[Conflict] = (),
        count: int | None = None,
        by_itself: bool = False,
    ) -> None:
        super().__init__(what, which)
        self.what = what
        self.which = which
        self.in_the_way = tuple(in_the_way)
        self.lines = tuple(lines)
        self.nearest = tuple(time.span for line in self.lines for time in line.nearest)
        self.conflicts = tuple(conflicts) or (Conflict(what, which, tuple(map(InTheWay, in_the_way))),)
        self.count = len(self.conflicts) if count is None else count
        self.by_itself = by_itself

    def with_conflicts(self, conflicts: Sequence[Conflict], lines: Sequence[LineConflict]) -> "Full":
        """The same refusal, which says other things of what is in the way."""
        return Full(
            self.what,
            self.which,
            self.in_the_way,
            lines=lines,
            conflicts=conflicts,
            count=self.count,
            by_itself=self.by_itself,
        )


class SkippedTime(Refusal):
    """Clocks skip the wall time in `field` when they go forward; `readings` are the two moments that it could mean:
    by the clock before the change, and by the one after it."""

    code = "skipped_time"

    def __init__(self, field: str, readings: Sequence[datetime]) -> None:
        super().__init__(field)
        self.field = field
        self.readings = tuple(readings)


class RepeatedTime(Refusal):
    """The wall time in `field` is there twice, as clocks go back; `readings` are both moments, the first one first."""

    code = "repeated_time"

    def __init__(self, field: str, readings: Sequence[datetime]) -> None:
        super().__init__(field)
        self.field = field
        self.readings = tuple(readings)


class InUse(Refusal):
    """Upcoming bookings or sessions need the `what`: `count` of them, the last of which ends at `until`."""

    code = "in_use"

    def __init__(self, what: str, count: int, until: datetime) -> None:
        super().__init__(what, count, until)
        self.what = what
        self.count = count
        self.until = until


class IllegalTransition(Refusal):
    """The item's `state` does not allow the `verb`."""

    code = "illegal_transition"

    def __init__(self, state: str, verb: str) -> None:
        super().__init__(state, verb)
        self.state = state
        self.verb = verb


class WrongCode(Refusal):
    """The verification code is not the one that was sent; None if there was none.

    It may be tried `tries_left` more times. After that it is refused even if it is right, and a new one must be sent.
    """

    code = "wrong_code"

    def __init__(self, tries_left: int | None = None) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class Unreachable(Refusal):
    """A message can't be sent, as the customer has no usable `field` (`email`, `phone`), or it no `service_id`.

    `reason` is `blank`, `invalid` if it can't be dialled, `bounced` if it takes none, `refused` if they want none.
    """

    code = "unreachable"

    def __init__(self, field: str, reason: str = "blank") -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


class Barred(Refusal):
    """The customer is blocked from booking."""

    code = "barred"


class BadRecurrence(Refusal):
    """The recurrence is malformed or has no occurrences; `part` is rrule, rdate or exdate."""

    code = "bad_recurrence"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class SeparateTimes(Refusal):
    """The request sets one time, but the booking has several: `times`, in order, by the clock of its place."""

    code = "separate_times"

    def __init__(self, times: Sequence[WallTime]) -> None:
        super().__init__(len(times))
        self.times = tuple(times)


class TooManyOccurrences(Refusal):
    """The recurrence has more occurrences than one series may have, which is `most`."""

    code = "too_many_occurrences"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class Stale(Refusal):
    """The record was changed since it was read; read it again."""

    code = "stale"


class Outdated(Refusal):
    """The record is at another version than the one that the caller expects; see `Expected` of actions/expected.py."""

    code = "outdated"
