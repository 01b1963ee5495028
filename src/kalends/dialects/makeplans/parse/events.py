"""Requests about events."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.paging import Paging, parse_page
from kalends.dialects.makeplans.fields import bookings as of_bookings
from kalends.dialects.makeplans.fields import events as of_events
from kalends.dialects.makeplans.parse.bookings import parse_message_overrides
from kalends.dialects.makeplans.parse.reader import OTHERS_A_PAGE, Reader, parse_fields, parse_object, without_nulls
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.request import MessageOverrides
from kalends.engine.refusals import Fault
from kalends.engine.time.recurrence import Recurrence

_NULLABLE = ("resource_id", "service_id", "external_id", "custom")


class NewEvent(msgspec.Struct, frozen=True):
    """A new event, and whether it may overlap what takes its resource already."""

    patch: SessionPatch
    overlap_allowed: bool


class EventPatch(msgspec.Struct, frozen=True):
    """The fields of an event that were sent, whether it may overlap, and the messages demanded or forbidden."""

    patch: SessionPatch
    overlap_allowed: bool
    messages: MessageOverrides


def parse_event(params: Mapping[str, Any], ctx: Context) -> NewEvent:
    """A new event. Raises Invalid(event: blank; and any field that can't be read)."""
    fields = parse_object(params, ctx, "event", of_events.EVENT)
    return NewEvent(SessionPatch(**fields), _overlap_allowed(params, ctx))


def parse_event_change(params: Mapping[str, Any], ctx: Context) -> EventPatch:
    """A change of an event: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    fields = parse_fields(params, ctx, "event", of_events.EVENT)
    patch = SessionPatch(**without_nulls(fields, *_NULLABLE))
    return EventPatch(patch, _overlap_allowed(params, ctx), parse_message_overrides(params, ctx))


def parse_event_series(params: Mapping[str, Any], ctx: Context) -> tuple[NewEvent, Recurrence]:
    """A new event and its recurrence, which is called `recurrence` or `recurring`.

    Raises Invalid(event, recurrence: blank; exrule: unsupported; and any field that can't be read).
    """
    new_event = parse_event(params, ctx)
    reader = Reader(ctx, params)
    name = "recurring" if "recurring" in params and "recurrence" not in params else "recurrence"
    sent, recurrence = reader.recurrence(name)
    if sent.get("exrule"):
        reader.faults.append(Fault("exrule", "unsupported"))
    reader.done()
    return new_event, recurrence


def parse_session_query(params: Mapping[str, Any], ctx: Context) -> tuple[SessionQuery, Paging]:
    """The query of a listing of events, and its page. Raises Invalid(a parameter that can't be read)."""
    paging = parse_page(params.get("page"), OTHERS_A_PAGE)
    order = params.get("order")
    filters = Reader(ctx, params).only(of_events.QUERY)
    return SessionQuery(
        **filters,
        newest_first=order == "starts_at_desc",
        latest_change_first=order == "changes",
        limit=paging.size,
        offset=paging.offset,
    ), paging


def _overlap_allowed(params: Mapping[str, Any], ctx: Context) -> bool:
    return bool(Reader(ctx, params).only(of_bookings.FLAGS).get("overlap_allowed"))
