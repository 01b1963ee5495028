"""The rooms of a door, in which the wire has its own words: refusals name fields and things as a route's clients do.

The same thing is called differently where another is spoken of (`starts_at` may be the start of a booking here, and of
an event there), so each route says which room of the door it stands in.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from litestar import Router
from litestar.types import Method

from kalends.actions.context import Context
from kalends.engine.refusals import Duplicate, Fault, Full, Invalid, NotFound, Refusal, Retired, Unreachable
from kalends.web.auth import Handler, keyed
from kalends.web.door import Answer, WebRequest


class Room(msgspec.Struct, frozen=True):
    """What the wire calls the engine's fields here, and the things that a request names."""

    fields: Mapping[str, str] = {}
    things: Mapping[str, str] = {}

    def field(self, fault: Fault) -> str:
        """What the wire calls the field of a fault."""
        return self.fields.get(fault.field, fault.field)

    def thing(self, what: str) -> str:
        """What the wire calls a thing that a request names."""
        return self.things.get(what, what)

    def in_words(self, no: Refusal) -> Refusal:
        """The refusal with the wire's names, or itself when it has no names to change."""
        match no:
            case Invalid():
                return Invalid(*(Fault(self.field(fault), fault.reason) for fault in no.faults))
            case NotFound():
                return NotFound(self.thing(no.what), no.which)
            case Duplicate():
                return Duplicate(self.field(Fault(no.field, "taken")))
            case Retired():
                return Retired(self.thing(no.what))
            case Full():
                return Full(self.thing(no.what), no.which, no.in_the_way, no.nearest)
            case Unreachable():
                return Unreachable(self.field(Fault(no.field, "blank")))
        return no

    async def said(self, no: Refusal, request: WebRequest, ctx: Context) -> Refusal:
        """The same of one request, for doors that look closer at it, or something up."""
        return self.in_words(no)


def spoken_in(room: Room, handler: Handler) -> Handler:
    """The handler, its refusals in the words of the room."""

    async def handle(request: WebRequest, ctx: Context) -> Answer:
        try:
            return await handler(request, ctx)
        except Refusal as no:
            said = await room.said(no, request, ctx)
            if said is no:
                raise
            raise said from no

    return handle


def router_of(routes: Iterable[tuple[Method | Sequence[Method], str, Handler, Room]]) -> Router:
    """The routes of a door, which all ask for a key, each in its room."""
    handlers = [keyed(methods, path, spoken_in(room, handler)) for methods, path, handler, room in routes]
    return Router(path="/", route_handlers=handlers)
