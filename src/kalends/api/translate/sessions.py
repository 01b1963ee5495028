"""Group sessions between the engine and the API."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET

from kalends.actions.bookings.sessions import get_session, seats_taken
from kalends.actions.catalog.sites import zones_of
from kalends.actions.context import Context
from kalends.api.ids import write_id, write_optional_id
from kalends.api.schemas.sessions import AttendeeInput, ListSessions, Roll, Session, SessionInput, SessionPatch
from kalends.api.schemas.sessions import Recurrence as SentRecurrence
from kalends.api.times import settled, shown
from kalends.api.translate.bookings import customer_patch
from kalends.api.translate.lines import load_zones, messages, repeated_faults, settled_or_unset
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.patch import SessionPatch as EnginePatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.views import SessionWithSeats
from kalends.engine.limits import raise_if_faults
from kalends.engine.patch import changes
from kalends.engine.query import Filter, Sort
from kalends.engine.refusals import Fault
from kalends.engine.time.recurrence import Recurrence

_RENAMED = {"service": "service_id", "resource": "resource_id"}
_KEPT = ("title", "notes", "capacity", "external_id", "custom")
_REMOVED = {
    "no": (Filter("archived_at", "is_null"),),
    "yes": (Filter("archived_at", "not_null"),),
    "any": (),
}


async def session_patch(ctx: Context, sent: SessionInput | SessionPatch, session_id: int | None = None) -> EnginePatch:
    """What was sent, as the engine takes it; times by the clock of the session's site, or of the one it gets.

    Raises NotFound(session), SkippedTime, RepeatedTime.
    """
    given = changes(sent)
    fields: dict[str, Any] = {_RENAMED[name]: value for name, value in given.items() if name in _RENAMED}
    fields |= {name: given[name] for name in _KEPT if name in given}
    if "also" in given:
        fields["also_resource_ids"] = tuple(given["also"])
    times = (sent.from_, sent.to)
    tz = ctx.zone
    if any(isinstance(at, datetime) and at.tzinfo is None for at in times):
        resource_id = sent.resource
        if resource_id is UNSET and session_id is not None:
            resource_id = (await get_session(ctx, session_id)).resource_id
        tz = (await load_zones(ctx, [resource_id])).at(resource_id)
    start, end = settled_or_unset(sent.from_, tz, "/from"), settled_or_unset(sent.to, tz, "/to")
    return EnginePatch(**fields, starts_at=start, ends_at=end)


def recurrence(sent: SentRecurrence) -> Recurrence:
    """A recurrence as the engine takes it. Raises Invalid(/recurrence/rrule: blank) if it names no times."""
    is_blank = sent.rrule is UNSET and sent.rdate is UNSET
    raise_if_faults([Fault("/recurrence/rrule", "blank")] if is_blank else [])
    return Recurrence(**changes(sent))


def attendee_request(session_id: int, sent: AttendeeInput) -> BookingRequest:
    """The request for seats in a session."""
    line = RequestedLine(
        session_id=session_id,
        units=sent.units,
        title=sent.title or None,
        notes=sent.notes or None,
        overlap_allowed=sent.overlap,
    )
    return BookingRequest(
        lines=(line,),
        customer_id=None if sent.customer is UNSET else sent.customer,
        customer=customer_patch(sent),
        messages=messages(sent.notify),
    )


def session_filters(params: ListSessions, ctx: Context) -> tuple[Filter, ...]:
    """The filters of a list of sessions; times without an offset are by the account's clock."""
    among = {"service_id": params.service, "resource_id": params.resource, "site_id": params.site}
    filters = [Filter(field, "in", list(ids)) for field, ids in among.items() if ids is not UNSET]
    if params.from_ is not UNSET:
        filters.append(Filter("ends_at", "greater", settled(params.from_, ctx.zone, "?from")))
    if params.to is not UNSET:
        filters.append(Filter("starts_at", "less", settled(params.to, ctx.zone, "?to")))
    return (*filters, *_REMOVED[params.removed])


def statuses(sent: Roll) -> dict[int, str | None]:
    """How customers attended, by seat. Raises Invalid(/attendance/1/item: too_many) for a seat that is named twice."""
    raise_if_faults(repeated_faults([each.item for each in sent.attendance], "/attendance"))
    return {each.item: each.status for each in sent.attendance}


def seat_filters(session: GroupSession) -> tuple[Filter, ...]:
    """The filters of a list of the seats in a session, without deleted ones."""
    return Filter("session_id", "equal", session.id), Filter("state", "not_equal", "deleted")


def session_order(order: str) -> tuple[Sort, ...]:
    """The order by its name: `from`, or `-from` for the last first."""
    return (Sort("starts_at", order.startswith("-")),)


async def shown_sessions(sessions: Sequence[GroupSession], ctx: Context) -> list[Session]:
    """Sessions as they are answered, by the clocks of their sites, with their seats."""
    taken = await seats_taken(ctx, [session.id for session in sessions])
    resources = [session.resource_id for session in sessions if session.resource_id is not None]
    zones: Mapping[int, ZoneInfo] = await zones_of(ctx, resources) if resources else {}
    return [
        _shown(SessionWithSeats(session, taken.get(session.id, 0)), zones.get(session.resource_id or 0, ctx.zone))
        for session in sessions
    ]


def _shown(view: SessionWithSeats, tz: ZoneInfo) -> Session:
    session = view.session
    return Session(
        id=write_id("session", session.id),
        series=session.series,
        service=write_optional_id("service", session.service_id),
        resource=write_optional_id("resource", session.resource_id),
        also=[write_id("resource", resource_id) for resource_id in session.also_resource_ids],
        title=session.title,
        notes=session.notes,
        from_=shown(session.starts_at, tz),
        to=shown(session.ends_at, tz),
        time_zone=tz.key,
        capacity=session.capacity,
        taken=view.taken,
        free=view.free,
        external_id=session.external_id,
        custom=session.custom,
        archived_at=session.archived_at and shown(session.archived_at, tz),
        removed_at=session.deleted_at and shown(session.deleted_at, tz),
        created_at=shown(session.created_at, tz),
        updated_at=shown(session.updated_at, tz),
    )
