"""The forms of problems: what a problem has besides the members that all have."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kalends.api.ids import ItemId, ResourceId, SessionId
from kalends.api.times import Moment


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem (RFC 9457)."""

    type: Annotated[
        str,
        Meta(
            description="The address of a page about this type of problem.",
            examples=["https://booking.example/api/v1/docs/problems/invalid"],
        ),
    ]
    title: Annotated[str, Meta(description="The same for all problems of the type.", examples=["Invalid"])]
    status: Annotated[int, Meta(examples=[422])]
    detail: Annotated[str, Meta(description="What happened, for people.", examples=["Some fields are invalid."])]
    request_id: Annotated[str, Meta(description="Finds the request in the log.", examples=["4b1d0c9a7e"])]


Line = Annotated[
    int | None, Meta(description="The line of the booking, counted from 0; null if it is about all.", examples=[0])
]


class LineProblem(Problem, frozen=True, kw_only=True):
    """A problem with one line of a booking."""

    line: Line


class FieldFault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with one field of the body, or with one parameter."""

    pointer: Annotated[str | None, Meta(description="The field (RFC 6901).", examples=["/name"])] = None
    parameter: Annotated[str | None, Meta(description="The parameter of the query.", examples=["limit"])] = None
    code: Annotated[str, Meta(description="What is wrong, for programs.", examples=["blank"])]
    detail: Annotated[str, Meta(description="What is wrong, for people.", examples=["is missing"])]


class FaultsProblem(Problem, frozen=True, kw_only=True):
    """A problem with some fields: all of them are named."""

    errors: list[FieldFault]


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the way: a time of a resource or session, and what occupies it, if the key may see that."""

    line: Line
    resource: ResourceId | None
    session: SessionId | None
    item: ItemId | None
    other_line: Annotated[
        int | None, Meta(description="The line of the same booking that takes the time.", examples=[None])
    ]
    from_: Annotated[Moment | None, Meta(description="Null for a session without a free seat.")] = msgspec.field(
        name="from"
    )
    to: Moment | None


class FreeTime(msgspec.Struct, frozen=True, kw_only=True):
    """A time that is free instead."""

    line: Annotated[int, Meta(description="The line of the booking, counted from 0.", examples=[0])]
    resource: ResourceId | None
    session: SessionId | None
    from_: Moment = msgspec.field(name="from")
    to: Moment


class TakenProblem(Problem, frozen=True, kw_only=True):
    """Something is in the way."""

    conflicts: Annotated[list[Conflict], Meta(description="What is in the way.")]
    count: Annotated[int, Meta(description="How many conflicts there are.", examples=[1])]
    next_free: Annotated[list[FreeTime], Meta(description="Free times close to the one that was asked for.")]


class ReadingsProblem(Problem, frozen=True, kw_only=True):
    """A wall time that could mean two moments."""

    pointer: Annotated[str | None, Meta(description="The field (RFC 6901).", examples=["/from"])]
    parameter: Annotated[str | None, Meta(description="The parameter of the query.", examples=[None])]
    readings: Annotated[
        list[Moment],
        Meta(
            description="The moments that it could mean.", examples=[["2027-03-28T01:30:00Z", "2027-03-28T00:30:00Z"]]
        ),
    ]


class WaitProblem(Problem, frozen=True, kw_only=True):
    """A problem that is over after a while."""

    retry_after: Annotated[int, Meta(description="Seconds after which to try again.", examples=[5])]


class LimitProblem(Problem, frozen=True, kw_only=True):
    """There is more of something than may be."""

    limit: Annotated[int, Meta(description="The most that there may be.", examples=[100])]


class LineLimitProblem(LimitProblem, frozen=True, kw_only=True):
    """There is more of something in one line of a booking than may be."""

    line: Line


class OutdatedProblem(Problem, frozen=True, kw_only=True):
    """What was read is not what is there now."""

    current: Annotated[Any, Meta(description="What it is now; null if it is gone.", examples=[{"id": "site_1042"}])]


class InUseProblem(Problem, frozen=True, kw_only=True):
    """Something is needed by what is booked."""

    count: Annotated[int, Meta(description="How many upcoming bookings and sessions need it.", examples=[3])]
    until: Annotated[Moment, Meta(description="When the last of them ends.")]


class TransitionProblem(Problem, frozen=True, kw_only=True):
    """A verb that is not allowed in a state."""

    state: Annotated[str, Meta(description="The state of the item.", examples=["cancelled"])]
    verb: Annotated[str, Meta(description="What was to be done.", examples=["confirm"])]
