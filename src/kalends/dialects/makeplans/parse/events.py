"""Events."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.paging import Paging, parse_page
from kalends.dialects.makeplans.fields import bookings as of_bookings
from kalends.dialects.makeplans.fields import events as of_events
from kalends.dialects.makeplans.parse.reader import OTHERS_A_PAGE, Reader, parse_fields, parse_object, without_nulls
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.refusals import Fault
from kalends.engine.time.recurrence import Recurrence

_NULLABLE = ("resource_id", "service_id", "external_id", "custom")


class Plan(msgspec.Struct, frozen=True):
    """What is said of an event, and whether it may be planned over what is there."""

    patch: SessionPatch
    overlap_allowed: bool


def parse_event(params: Mapping[str, Any], ctx: Context) -> Plan:
    """A new event. Raises Invalid."""
    fields = parse_object(params, ctx, "event", of_events.EVENT)
    return Plan(SessionPatch(**fields), _overlap_allowed(params, ctx))


def parse_event_change(params: Mapping[str, Any], ctx: Context) -> Plan:
    """What is to become of an event: only what was sent. Raises Invalid."""
    fields = parse_fields(params, ctx, "event", of_events.EVENT)
    return Plan(SessionPatch(**without_nulls(fields, *_NULLABLE)), _overlap_allowed(params, ctx))


def parse_event_series(params: Mapping[str, Any], ctx: Context) -> tuple[Plan, Recurrence]:
    """An event to be made again and again; its recurrence is named in two ways. Raises Invalid."""
    plan = parse_event(params, ctx)
    reader = Reader(ctx, params)
    name = "recurring" if "recurring" in params and "recurrence" not in params else "recurrence"
    sent, recurrence = reader.recurrence(name)
    if sent.get("exrule"):
        reader.faults.append(Fault("exrule", "unsupported"))
    reader.done()
    return plan, recurrence


def parse_session_query(params: Mapping[str, Any], ctx: Context) -> tuple[SessionQuery, Paging]:
    """Which events a listing asks for, and which page of them. Raises Invalid."""
    paging = parse_page(params.get("page"), OTHERS_A_PAGE)
    order = params.get("order")
    asked = Reader(ctx, params).only(of_events.QUERY)
    return SessionQuery(
        **asked,
        newest_first=order == "starts_at_desc",
        latest_change_first=order == "changes",
        limit=paging.size,
        offset=paging.offset,
    ), paging


def _overlap_allowed(params: Mapping[str, Any], ctx: Context) -> bool:
    return bool(Reader(ctx, params).only(of_bookings.FLAGS).get("overlap_allowed"))
