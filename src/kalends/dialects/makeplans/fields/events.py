"""An event is a session."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from msgspec import UNSET

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import many
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, renderer
from kalends.dialects.makeplans.fields.view import DOOR, RenderContext, brief, related
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.limits import MOST_UNITS


def _availability(view: RenderContext) -> Callable[[GroupSession], Any]:
    return lambda event: max(event.capacity - view.seats[event.id], 0) if event.id in view.seats else UNSET


def _attendances(view: RenderContext) -> Callable[[GroupSession], Any]:
    return lambda event: view.seats.get(event.id, UNSET)


def _resource(view: RenderContext) -> Callable[[GroupSession], Any]:
    return _named(brief(view), view.resources, attrgetter("resource_id"))


def _service(view: RenderContext) -> Callable[[GroupSession], Any]:
    return _named(brief(view), view.services, attrgetter("service_id"))


def _named(
    show: Callable[[Any], Any], known: Mapping[int, Any], which: Callable[[GroupSession], int | None]
) -> Callable[[GroupSession], Any]:
    """What an event names, left out when it was not looked up."""

    def make(event: GroupSession) -> Any:
        found = which(event)
        return show(known[found]) if found is not None and found in known else UNSET

    return make


def _active(_: RenderContext) -> Callable[[GroupSession], bool]:
    return lambda event: event.deleted_at is None


EVENT: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("resource_id", "resource_id", codecs.identifier),
    Field("service_id", "service_id", codecs.identifier),
    Computed("active", _active),
    PassThrough("published", codecs.flag, True),
    Field("capacity", "capacity", codecs.number(0, MOST_UNITS)),
    Field("starts_at", "starts_at", codecs.moment),
    Field("ends_at", "ends_at", codecs.moment),
    Field("title", "title", codecs.text(null="")),
    Field("description", "notes", codecs.text(codecs.TEXT, null="")),
    Field("external_id", "external_id", codecs.key()),
    Field("custom_data", "custom", codecs.notes),
    Field("collection_id", "series", codecs.uid, "out"),
    PassThrough("first_booking_at", codecs.moment_text),
    PassThrough("last_booking_at", codecs.moment_text),
    Computed("availability", _availability),
    Computed("nr_of_attendances", _attendances),
    Computed("resource", _resource),
    Computed("service", _service),
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
