"""Events: the engine's group sessions."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import UNSET, UnsetType

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import one_or_many
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, renderer
from kalends.dialects.makeplans.fields.view import DOOR, Brief, RenderContext, brief, from_row, related
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.limits import MOST_UNITS


def _active(session: GroupSession) -> bool:
    return session.deleted_at is None


def _availability(context: RenderContext) -> Callable[[GroupSession], int | UnsetType]:
    """Free seats; after its capacity was reduced an event may have more seats taken than there are."""
    seats = context.seats
    return lambda session: max(session.capacity - seats[session.id], 0) if session.id in seats else UNSET


def _attendances(context: RenderContext) -> Callable[[GroupSession], int | UnsetType]:
    return lambda session: context.seats.get(session.id, UNSET)


def _resource(context: RenderContext) -> Callable[[GroupSession], Brief | UnsetType]:
    return lambda session: _brief_of(session.resource_id, context.resources)


def _service(context: RenderContext) -> Callable[[GroupSession], Brief | UnsetType]:
    return lambda session: _brief_of(session.service_id, context.services)


def _brief_of(object_id: int | None, known: Mapping[int, Any]) -> Brief | UnsetType:
    """The object by its id and title; UNSET if there is none, or it was not looked up."""
    return UNSET if object_id is None or object_id not in known else brief(known[object_id])


EVENT: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("resource_id", "resource_id", codecs.identifier),
    Field("service_id", "service_id", codecs.identifier),
    Computed("active", from_row(_active)),
    PassThrough("published", codecs.flag, True),
    Field("capacity", "capacity", codecs.number(0, MOST_UNITS)),
    Field("starts_at", "starts_at", codecs.moment),
    Field("ends_at", "ends_at", codecs.moment),
    Field("title", "title", codecs.text(null="")),
    Field("description", "notes", codecs.text(codecs.TEXT, null="")),
    Field("external_id", "external_id", codecs.search_text()),
    Field("custom_data", "custom", codecs.custom_data),
    Field("collection_id", "series", codecs.uuid, "out"),
    PassThrough("first_booking_at", codecs.moment_text),
    PassThrough("last_booking_at", codecs.moment_text),
    Computed("availability", _availability),
    Computed("nr_of_attendances", _attendances),
    Computed("resource", _resource),
    Computed("service", _service),
)

QUERY = (
    Field("service_id", "service_ids", one_or_many(codecs.identifier, comma=True)),
    Field("resource_id", "resource_ids", one_or_many(codecs.identifier, comma=True)),
    Field("start", "ends_after", codecs.moment_or_word),
    Field("end", "starts_before", codecs.moment_or_word),
    Field("since", "updated_after", codecs.moment_or_word),
    Field("exclude", "without_ids", one_or_many(codecs.identifier, comma=True)),
)

event = renderer("Event", EVENT, door=DOOR)
nested_event = related(event)
