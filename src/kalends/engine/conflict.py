"""What is in the way of a request that there is no capacity for."""

import msgspec

from kalends.engine.time.span import Span


class InTheWay(msgspec.Struct, frozen=True):
    """An occupied time: the resource, and the item or group session that occupies it.

    `line`: it is wanted by this line of the request itself, counted from 0; there is no item yet.
    """

    span: Span
    resource_id: int | None = None
    item_id: int | None = None
    session_id: int | None = None
    line: int | None = None


class Conflict(msgspec.Struct, frozen=True):
    """A resource or session that is full, and what occupies it.

    `what` is `resource` or `session`, `which` its id. `item_id` and `session_id` name the item or session of the
    request that needs it, `line` the line of a booking, counted from 0.
    """

    what: str
    which: int | None = None
    in_the_way: tuple[InTheWay, ...] = ()
    item_id: int | None = None
    session_id: int | None = None
    line: int | None = None


class FreeTime(msgspec.Struct, frozen=True):
    """A time that is free instead, on a resource or in a group session."""

    span: Span
    resource_id: int | None = None
    session_id: int | None = None


class LineConflict(msgspec.Struct, frozen=True):
    """A line of a request, counted from 0, that can't be booked: what is in its way, and the free times nearest to it.

    `code`: of the first refusal of its best option; a line may be closed where another one is full.
    """

    line: int
    code: str
    in_the_way: tuple[InTheWay, ...] = ()
    nearest: tuple[FreeTime, ...] = ()
