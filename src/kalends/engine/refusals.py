"""Every way the house says "no".

A closed family: each refusal has a code, its data as attributes, and a docstring that is its meaning. There is no
HTTP here; each door owns one table from refusal to status and body, and `tests/rules` fails when a door leaves one out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from kalends.engine.time.span import Span


class Refusal(Exception):
    """The house says no, and why."""

    code: ClassVar[str]


class Fault(msgspec.Struct, frozen=True):
    """One field that can't be used: the engine's field name and a reason code such as `blank` or `not_a_number`."""

    field: str
    reason: str


class Unauthenticated(Refusal):
    """No key or token, one that is unknown, expired or revoked, or a login that is not right."""

    code = "unauthenticated"


class TooManyAttempts(Refusal):
    """Too many failed logins, with this login or from this address; worth another try after `retry_after` seconds."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Forbidden(Refusal):
    """The caller is known, but may not do this."""

    code = "forbidden"


class NotFound(Refusal):
    """Nothing of that kind with that id in this account."""

    code = "not_found"

    def __init__(self, what: str, which: object = None) -> None:
        super().__init__(what, which)
        self.what = what
        self.which = which


class Invalid(Refusal):
    """Some fields can't be used as sent; all of them are named at once."""

    code = "invalid"

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


class Duplicate(Refusal):
    """Another record of the account already has this value in a field that must be unique."""

    code = "duplicate"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Retired(Refusal):
    """The resource, service or session named is no longer in use."""

    code = "retired"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotServed(Refusal):
    """The resource does not offer the service."""

    code = "not_served"


class Closed(Refusal):
    """The time lies outside the opening hours."""

    code = "closed"


class TooSoon(Refusal):
    """The start is past, or nearer than the notice that the service asks for."""

    code = "too_soon"


class TooFar(Refusal):
    """The start lies beyond the horizon up to which the service can be booked."""

    code = "too_far"


class OffStep(Refusal):
    """The start is not one that the service offers."""

    code = "off_step"


class TooMany(Refusal):
    """More units in one booking than one booking may take."""

    code = "too_many"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class InTheWay(msgspec.Struct, frozen=True):
    """A time that is taken, and by which item or group session, on which resource."""

    span: Span
    resource_id: int | None = None
    item_id: int | None = None
    session_id: int | None = None


class Conflict(msgspec.Struct, frozen=True):
    """One thing of a request that can't be had: `what` (resource or session) is full, and what is in the way of it.

    `item_id` and `session_id` say for which item or session of the change it was wanted.
    """

    what: str
    which: int | None = None
    in_the_way: tuple[InTheWay, ...] = ()
    item_id: int | None = None
    session_id: int | None = None


class Full(Refusal):
    """Too little is left of a resource or session: up to five conflicts, and how many there are in all.

    `what`, `which` and `in_the_way` are those of the first conflict; `nearest` are free times near to it.
    """

    code = "full"

    def __init__(
        self,
        what: str,
        which: int | None = None,
        in_the_way: Sequence[Span] = (),
        nearest: Sequence[Span] = (),
        *,
        conflicts: Sequence[Conflict] = (),
        count: int | None = None,
    ) -> None:
        super().__init__(what, which)
        self.what = what
        self.which = which
        self.in_the_way = tuple(in_the_way)
        self.nearest = tuple(nearest)
        self.conflicts = tuple(conflicts) or (Conflict(what, which, tuple(map(InTheWay, in_the_way))),)
        self.count = len(self.conflicts) if count is None else count


class InUse(Refusal):
    """It is needed for bookings or sessions still to come: `count` of them, the last until `until`."""

    code = "in_use"

    def __init__(self, what: str, count: int, until: datetime) -> None:
        super().__init__(what, count, until)
        self.what = what
        self.count = count
        self.until = until


class IllegalTransition(Refusal):
    """The item's state does not allow the verb."""

    code = "illegal_transition"

    def __init__(self, state: str, verb: str) -> None:
        super().__init__(state, verb)
        self.state = state
        self.verb = verb


class WrongCode(Refusal):
    """The verification code is not the one that was sent."""

    code = "wrong_code"


class Unreachable(Refusal):
    """A verification was asked for, but the customer has no usable address (`email` or `phone`) to send it to."""

    code = "unreachable"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Barred(Refusal):
    """The customer is blocked from booking."""

    code = "barred"


class BadRecurrence(Refusal):
    """The recurrence can't be read, or names no occurrence at all; `part` is rrule, rdate or exdate."""

    code = "bad_recurrence"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class SeparateTimes(Refusal):
    """The dates sent are for one time, but the booking has several: `spans` are its times, in order."""

    code = "separate_times"

    def __init__(self, spans: Sequence[Span]) -> None:
        super().__init__(len(spans))
        self.spans = tuple(spans)


class TooManyOccurrences(Refusal):
    """The recurrence has more occurrences than one series may have."""

    code = "too_many_occurrences"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class Stale(Refusal):
    """Somebody else changed it in between; read it again."""

    code = "stale"
