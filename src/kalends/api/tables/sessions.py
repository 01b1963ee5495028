"""The operations on group sessions."""

from functools import partial

from kalends.api.handlers import sessions
from kalends.api.lists import List
from kalends.api.operations import Operation, Tracked
from kalends.api.schemas.items import Item
from kalends.api.schemas.sessions import (
    AttendeeInput,
    ListAttendees,
    ListSessions,
    RecurringSession,
    RemoveSession,
    Roll,
    Session,
    SessionInput,
    SessionPatch,
    SessionPath,
)
from kalends.api.tables.refusals import BOOKED
from kalends.engine.refusals import BadRecurrence, Closed, Full, NotServed, Retired, Stale, TooManyOccurrences

_SESSION = "/sessions/{session_id}"
_PLANNED = (Full, NotServed, Retired, Stale)
_TRACKED = Tracked("group_session", "session_id", sessions.show)
_operation = partial(Operation, tag="Sessions")
_SAMPLE = {
    "service": "svc_1042",
    "from": "2027-03-01T18:00:00+01:00",
    "to": "2027-03-01T19:00:00+01:00",
    "capacity": 12,
}

OPERATIONS = (
    _operation(
        method="GET",
        path="/sessions",
        handler=sessions.listing,
        id="list_sessions",
        summary="List sessions",
        scope="read",
        params=ListSessions,
        answers={200: List[Session]},
    ),
    _operation(
        method="POST",
        path="/sessions",
        handler=sessions.create,
        id="create_session",
        summary="Add a session",
        scope="book",
        body=SessionInput,
        answers={201: Session},
        refusals=_PLANNED,
        sample=_SAMPLE,
    ),
    _operation(
        method="POST",
        path="/sessions/recurring",
        handler=sessions.create_recurring,
        id="create_recurring_sessions",
        summary="Add sessions that recur",
        description="All or none.",
        scope="book",
        body=RecurringSession,
        answers={201: List[Session]},
        refusals=(*_PLANNED, BadRecurrence, Closed, TooManyOccurrences),
        sample={**_SAMPLE, "recurrence": {"rrule": "FREQ=WEEKLY;COUNT=8"}},
    ),
    _operation(
        method="GET",
        path=_SESSION,
        handler=sessions.show,
        id="get_session",
        summary="Show a session",
        scope="read",
        params=SessionPath,
        answers={200: Session},
        tracked=_TRACKED,
    ),
    _operation(
        method="PATCH",
        path=_SESSION,
        handler=sessions.change,
        id="change_session",
        summary="Change a session",
        description="With `scope`, others of its series are moved by as much, all or none.",
        scope="book",
        params=SessionPath,
        body=SessionPatch,
        answers={200: Session},
        refusals=_PLANNED,
        tracked=_TRACKED,
        sample={"capacity": 12},
    ),
    _operation(
        method="DELETE",
        path=_SESSION,
        handler=sessions.remove,
        id="remove_session",
        summary="Remove a session",
        description="Unless it is over, its seats are cancelled.",
        scope="book",
        params=RemoveSession,
        answers={204: None},
        refusals=(Stale,),
        tracked=_TRACKED,
    ),
    _operation(
        method="GET",
        path=f"{_SESSION}/attendees",
        handler=sessions.list_attendees,
        id="list_attendees",
        summary="List the seats in a session",
        description="In any state but deleted.",
        scope="read",
        params=ListAttendees,
        answers={200: List[Item]},
    ),
    _operation(
        method="POST",
        path=f"{_SESSION}/attendees",
        handler=sessions.add_attendee,
        id="add_attendee",
        summary="Book seats in a session",
        scope="book",
        params=SessionPath,
        body=AttendeeInput,
        answers={201: Item},
        refusals=BOOKED,
        sample={"customer": "cus_1042"},
    ),
    _operation(
        method="POST",
        path=f"{_SESSION}/roll",
        handler=sessions.call,
        id="call_roll",
        summary="Record who came",
        scope="book",
        params=SessionPath,
        body=Roll,
        answers={200: List[Item]},
        refusals=(Stale,),
    ),
)
