"""The rooms of the door, one for each kind of object: `starts_at` is `booked_from` of a booking and not of an event."""

import re

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit import rooms
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
from kalends.engine.refusals import Barred, Fault, Invalid, NotFound, Refusal
from kalends.web.door import WebRequest

_PARENT = f"{CUSTOMER}parent_id"
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)

PERSON_ATTRIBUTES = "person_attributes."
"""Marks the fields of the person that comes with a booking."""


class Room(rooms.Room, frozen=True, kw_only=True):
    """One kind of object, by the engine's noun for it; `things` are those that its fields refer to."""

    noun: str

    async def said(self, no: Refusal, request: WebRequest, ctx: Context) -> Refusal:
        """The refusal with the wire's names, or itself when it has no names to change.

        What a request names and nobody knows is a fault of that field; what its path names is not found: what the room
        is about, when it has one of the ids that stand in the path.
        """
        match no:
            case NotFound(what="customer", which=None) if _PARENT in self.fields:
                # Who is named has been looked up by then: it is the parent of the person that comes along.
                return Invalid(Fault(self.fields[_PARENT], "unknown"))
            case NotFound() if no.what in self.things and not (no.what == self.noun and no.which in _ids_in(request)):
                return Invalid(Fault(self.thing(no.what), "unknown"))
            case Barred() if "customer" in self.things:
                return Invalid(Fault(self.thing("customer"), "barred"))
        return self.in_words(no)


def _ids_in(request: WebRequest) -> set[object]:
    """What the path names, as text and, if it is a number, as one."""
    named: set[object] = set(request.path_params.values())
    return named | {int(part) for part in named if isinstance(part, str) and _NUMBER.fullmatch(part)}


_PERSON = {**wire_names(of_people.PERSON), "first_name": "name", "last_name": "name", "phone_e164": "phone_number"}
_OF_BOOKINGS: tuple[Line, ...] = (*of_bookings.QUERY, *of_bookings.FLAGS, *of_bookings.PUBLIC, *of_bookings.BOOKING)
_REFERENCES = {
    "service": "service_id",
    "session": "event_id",
    "resource": "resource_id",
    "customer": "person_id",
    "booked_by_customer": "booked_by_person_id",
}

# Those of the person that comes with a booking, unless the booking has one of the same name.
_OF_PERSON = {before + name: PERSON_ATTRIBUTES + wire for name, wire in _PERSON.items() for before in ("", CUSTOMER)}

BOOKINGS = Room({**_OF_PERSON, **wire_names(_OF_BOOKINGS), "kind": "booking_type"}, _REFERENCES, noun="item")
OF_PERSON = msgspec.structs.replace(BOOKINGS, noun="customer")
OF_EVENT = msgspec.structs.replace(BOOKINGS, noun="session")
PEOPLE = Room({**wire_names(of_people.QUERY), **_PERSON}, {"customer": "parent_id"}, noun="customer")
MERGING = Room({**PEOPLE.fields, **wire_names(of_people.MERGE)}, {"customer": "merge_person_id"}, noun="customer")
RESOURCES = Room(wire_names((*of_dates.HOURS, *of_resources.RESOURCE)), {"service": "service_id"}, noun="resource")
EXCEPTIONS = Room(
    wire_names((*of_dates.HOURS, *of_resources.EXCEPTION_DATE)), {"service": "service_id"}, noun="resource"
)
PROVIDERS = Room(
    wire_names((*of_dates.HOURS, *of_resources.PROVIDER)),
    {"service": "service_id", "resource": "resource_id"},
    noun="service_assignment",
)
SERVICES = Room(wire_names((*of_services.QUERY, *of_services.SERVICE)), {"resource": "resource_ids"}, noun="service")
SLOTS = Room(wire_names(of_dates.SLOTS), noun="service")
EVENTS = Room(wire_names((*of_bookings.FLAGS, *of_events.QUERY, *of_events.EVENT)), _REFERENCES, noun="session")
CLIENT = Room(wire_names((*of_dates.SPAN, *of_client.CLIENT)), noun="account")
WEB_HOOKS = Room(wire_names(of_web_hooks.WEB_HOOK), noun="webhook")
