"""An event is a session."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from msgspec import UNSET

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import many
from kalends.dialects.kit.fields import Field, Kept, Line, Made, renderer
from kalends.dialects.makeplans.fields.view import DOOR, View, brief, related
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.limits import MOST_UNITS


def _availability(view: View) -> Callable[[GroupSession], Any]:
    return lambda event: max(event.capacity - view.seats[event.id], 0) if event.id in view.seats else UNSET


def _attendances(view: View) -> Callable[[GroupSession], Any]:
    return lambda event: view.seats.get(event.id, UNSET)


def _resource(view: View) -> Callable[[GroupSession], Any]:
    return _named(brief(view), view.resources, attrgetter("resource_id"))


def _service(view: View) -> Callable[[GroupSession], Any]:
    return _named(brief(view), view.services, attrgetter("service_id"))


def _named(
    show: Callable[[Any], Any], known: Mapping[int, Any], which: Callable[[GroupSession], int | None]
) -> Callable[[GroupSession], Any]:
    """What an event names, left out when it was not looked up."""

    def make(event: GroupSession) -> Any:
        found = which(event)
        return show(known[found]) if found is not None and found in known else UNSET

    return make


def _active(_: View) -> Callable[[GroupSession], bool]:
    return lambda event: event.deleted_at is None


EVENT: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("resource_id", "resource_id", codecs.identifier),
    Field("service_id", "service_id", codecs.identifier),
    Made("active", _active),
    Kept("published", codecs.flag, True),
    Field("capacity", "capacity", codecs.number(0, MOST_UNITS)),
    Field("starts_at", "starts_at", codecs.moment),
    Field("ends_at", "ends_at", codecs.moment),
    Field("title", "title", codecs.text(null="")),
    Field("description", "notes", codecs.text(codecs.TEXT, null="")),
    Field("external_id", "external_id", codecs.key()),
    Field("custom_data", "custom", codecs.notes),
    Field("collection_id", "series", codecs.uid, "out"),
    Kept("first_booking_at", codecs.moment_text),
    Kept("last_booking_at", codecs.moment_text),
    Made("availability", _availability),
    Made("nr_of_attendances", _attendances),
    Made("resource", _resource),
    Made("service", _service),
)

QUERY = (
    Field("service_id", "service_ids", many(codecs.identifier, comma=True)),
    Field("resource_id", "resource_ids", many(codecs.identifier, comma=True)),
    Field("start", "ends_after", codecs.when),
    Field("end", "starts_before", codecs.when),
    Field("since", "updated_after", codecs.when),
    Field("exclude", "without_ids", many(codecs.identifier, comma=True)),
)

event = renderer("Event", EVENT, door=DOOR)
nested_event = related(event)
