"""Refusals in the vendor's words: the engine's names of fields and things become those of the wire.

The same thing is called differently where another object is spoken of (`starts_at` is `booked_from` of a booking and
`starts_at` of an event), so each route says which room of the door it stands in.
"""

import re
from collections.abc import Collection, Mapping

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.fields import Line, wire_names
from kalends.dialects.makeplans.fields import bookings as of_bookings
from kalends.dialects.makeplans.fields import client as of_client
from kalends.dialects.makeplans.fields import dates as of_dates
from kalends.dialects.makeplans.fields import events as of_events
from kalends.dialects.makeplans.fields import people as of_people
from kalends.dialects.makeplans.fields import resources as of_resources
from kalends.dialects.makeplans.fields import services as of_services
from kalends.dialects.makeplans.fields import web_hooks as of_web_hooks
from kalends.dialects.makeplans.parse.reader import CUSTOMER
from kalends.engine.refusals import Barred, Duplicate, Fault, Full, Invalid, NotFound, Refusal, Retired, Unreachable
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest

_NUMBER = re.compile(r"\d{1,19}", re.ASCII)

PERSON_ATTRIBUTES = "person_attributes."
"""Marks the fields of the person that comes with a booking."""


class Room(msgspec.Struct, frozen=True):
    """One kind of object: the engine's noun for it, its fields on the wire, and those by which it names others."""

    noun: str
    fields: Mapping[str, str]
    references: Mapping[str, str]


_PERSON = {**wire_names(of_people.PERSON), "first_name": "name", "last_name": "name", "phone_e164": "phone_number"}
_OF_BOOKINGS: tuple[Line, ...] = (*of_bookings.QUERY, *of_bookings.FLAGS, *of_bookings.PUBLIC, *of_bookings.BOOKING)
_REFERENCES = {
    "service": "service_id",
    "session": "event_id",
    "resource": "resource_id",
    "customer": "person_id",
    "booked_by_customer": "booked_by_person_id",
}

BOOKINGS = Room("item", {**wire_names(_OF_BOOKINGS), "kind": "booking_type"}, _REFERENCES)
PEOPLE = Room("customer", {**wire_names(of_people.QUERY), **_PERSON}, {"customer": "parent_id"})
MERGING = Room("customer", {**PEOPLE.fields, **wire_names(of_people.MERGE)}, {"customer": "merge_person_id"})
RESOURCES = Room(
    "resource", {**wire_names(of_dates.HOURS), **wire_names(of_resources.RESOURCE)}, {"service": "service_id"}
)
EXCEPTIONS = Room(
    "resource", {**wire_names(of_dates.HOURS), **wire_names(of_resources.EXCEPTION_DATE)}, {"service": "service_id"}
)
PROVIDERS = Room(
    "serving",
    {**wire_names(of_dates.HOURS), **wire_names(of_resources.PROVIDER)},
    {"service": "service_id", "resource": "resource_id"},
)
SERVICES = Room(
    "service", {**wire_names(of_services.QUERY), **wire_names(of_services.SERVICE)}, {"resource": "resource_ids"}
)
SLOTS = Room("service", wire_names(of_dates.SLOTS), {})
EVENTS = Room(
    "session",
    {**wire_names(of_bookings.FLAGS), **wire_names(of_events.QUERY), **wire_names(of_events.EVENT)},
    _REFERENCES,
)
OF_PERSON = msgspec.structs.replace(BOOKINGS, noun="customer")
OF_EVENT = msgspec.structs.replace(BOOKINGS, noun="session")
CLIENT = Room("account", {**wire_names(of_dates.SPAN), **wire_names(of_client.CLIENT)}, {})
WEB_HOOKS = Room("webhook", wire_names(of_web_hooks.WEB_HOOK), {})


def spoken_in(room: Room, handler: Handler) -> Handler:
    """The handler, its refusals in the words of the room."""

    async def handle(request: WebRequest, ctx: Context) -> Answer:
        try:
            return await handler(request, ctx)
        except Refusal as no:
            said = in_words(no, room, _ids_in(request))
            if said is no:
                raise
            raise said from no

    return handle


def in_words(no: Refusal, room: Room, path: Collection[object] | None = None) -> Refusal:
    """The refusal with the wire's names, or itself when it has no names to change.

    What a request names and nobody knows is a fault of that field; what its path names is not found: what the room is
    about, when it has one of the ids that stand in the path.
    """
    match no:
        case Invalid():
            return Invalid(*(Fault(_field(fault.field, room), fault.reason) for fault in no.faults))
        case NotFound() if no.what in room.references and not _is_subject(no, room, path):
            return Invalid(Fault(room.references[no.what], "unknown"))
        case Duplicate():
            return Duplicate(_field(no.field, room))
        case Retired():
            return Retired(room.references.get(no.what, no.what))
        case Full():
            return Full(room.references.get(no.what, no.what), no.which, no.in_the_way, no.nearest)
        case Unreachable():
            return Unreachable(_PERSON[no.field])
        case Barred() if "customer" in room.references:
            return Invalid(Fault(room.references["customer"], "barred"))
    return no


def _is_subject(no: NotFound, room: Room, path: Collection[object] | None) -> bool:
    return no.what == room.noun and (path is None or no.which in path)


def _ids_in(request: WebRequest) -> set[object]:
    """What the path names, as text and, if it is a number, as one."""
    named: set[object] = set(request.path_params.values())
    return named | {int(part) for part in named if isinstance(part, str) and _NUMBER.fullmatch(part)}


def _field(name: str, room: Room) -> str:
    own = name.removeprefix(CUSTOMER)
    if room is BOOKINGS and own in _PERSON and (own != name or name not in room.fields):
        return PERSON_ATTRIBUTES + _PERSON[own]
    return room.fields.get(name, name)
