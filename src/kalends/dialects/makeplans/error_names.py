"""The vendor's names of engine fields and objects in the errors of each kind of route.

The engine's `starts_at` is `booked_from` on routes about bookings, and `starts_at` on those about events.
"""

import re

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit import error_names
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
from kalends.engine.refusals import NotFound, Refusal
from kalends.web.door import WebRequest

_PARENT = f"{CUSTOMER}parent_id"
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)

PERSON_ATTRIBUTES = "person_attributes."
"""Prefix of the fields of a booking's person."""


class ErrorNames(error_names.ErrorNames, frozen=True, kw_only=True):
    """The names on routes about one kind of object.

    `noun` is the engine's word for the object in the path. `objects` are the fields that refer to objects of a kind.
    `path_ids` are the ids in the path of the refused request.
    """

    noun: str
    path_ids: frozenset[object] = frozenset()

    async def for_request(self, refusal: Refusal, request: WebRequest, ctx: Context) -> "ErrorNames":
        """The same names, with the ids in the path of the request."""
        return msgspec.structs.replace(self, path_ids=_ids_in(request))

    def unknown_reference(self, missing: NotFound) -> str | None:
        """The field that refers to the object not found; None if the path does, or no field can."""
        if missing.what == "customer" and missing.which is None and _PARENT in self.fields:
            # The database refused an unknown customer, without its id. The booking's customers were looked up
            # before, so this one is the parent in `person_attributes`.
            return self.fields[_PARENT]
        in_path = missing.what == self.noun and missing.which in self.path_ids
        return self.object(missing.what) if missing.what in self.objects and not in_path else None


def _ids_in(request: WebRequest) -> frozenset[object]:
    """The parameters of the path as text and, where they are numbers, also as numbers."""
    texts: frozenset[object] = frozenset(request.path_params.values())
    return texts | {int(text) for text in texts if isinstance(text, str) and _NUMBER.fullmatch(text)}


_PERSON = {**wire_names(of_people.PERSON), "first_name": "name", "last_name": "name", "phone_e164": "phone_number"}
_OF_BOOKINGS: tuple[Line, ...] = (*of_bookings.QUERY, *of_bookings.FLAGS, *of_bookings.PUBLIC, *of_bookings.BOOKING)
_REFERENCES = {
    "service": "service_id",
    "session": "event_id",
    "resource": "resource_id",
    "customer": "person_id",
    "booked_by_customer": "booked_by_person_id",
}

# Fields of the person that comes with a booking. A field of the booking that has the same name goes first.
_OF_PERSON = {prefix + name: PERSON_ATTRIBUTES + wire for name, wire in _PERSON.items() for prefix in ("", CUSTOMER)}

BOOKINGS = ErrorNames({**_OF_PERSON, **wire_names(_OF_BOOKINGS), "kind": "booking_type"}, _REFERENCES, noun="item")
OF_PERSON = msgspec.structs.replace(BOOKINGS, noun="customer")
OF_EVENT = msgspec.structs.replace(BOOKINGS, noun="session")
PEOPLE = ErrorNames({**wire_names(of_people.QUERY), **_PERSON}, {"customer": "parent_id"}, noun="customer")
MERGING = ErrorNames({**PEOPLE.fields, **wire_names(of_people.MERGE)}, {"customer": "merge_person_id"}, noun="customer")
RESOURCES = ErrorNames(
    wire_names((*of_dates.HOURS, *of_resources.RESOURCE)), {"service": "service_id"}, noun="resource"
)
EXCEPTIONS = ErrorNames(
    wire_names((*of_dates.HOURS, *of_resources.EXCEPTION_DATE)), {"service": "service_id"}, noun="resource"
)
PROVIDERS = ErrorNames(
    wire_names((*of_dates.HOURS, *of_resources.PROVIDER)),
    {"service": "service_id", "resource": "resource_id"},
    noun="service_assignment",
)
SERVICES = ErrorNames(
    wire_names((*of_services.QUERY, *of_services.SERVICE)), {"resource": "resource_ids"}, noun="service"
)
SLOTS = ErrorNames(wire_names(of_dates.SLOTS), noun="service")
EVENTS = ErrorNames(wire_names((*of_bookings.FLAGS, *of_events.QUERY, *of_events.EVENT)), _REFERENCES, noun="session")
CLIENT = ErrorNames(wire_names((*of_dates.SPAN, *of_client.CLIENT)), noun="account")
WEB_HOOKS = ErrorNames(wire_names(of_web_hooks.WEB_HOOK), noun="webhook")
