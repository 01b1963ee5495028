"""Planned occurrences that many can attend: looked up, and made one by one or as a series."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import msgspec

from kalends.actions.catalogue import get_resource, get_service, zone_at
from kalends.actions.context import Context
from kalends.engine.catalogue import BOOKED, GroupSession, Resource, Service
from kalends.engine.change import ChangeSet, Claim
from kalends.engine.clock import LONGEST, MINUTE
from kalends.engine.listing import Page, SessionQuery
from kalends.engine.placing import offering
from kalends.engine.recurrence import Recurrence, expand
from kalends.engine.refusals import Fault, Invalid, NotFound, Retired
from kalends.engine.span import Span
from kalends.store import sessions
from kalends.store.catalogue import find_offered
from kalends.store.commit import commit
from kalends.store.ids import next_ids
from kalends.store.series import is_uid

_MOST = 100_000


async def list_sessions(ctx: Context, query: SessionQuery) -> Page[GroupSession]:
    """One page of the sessions that the key may see, chronological unless another order is asked for.

    A series that is no uuid has none.
    """
    if query.series is not None and not is_uid(query.series):
        return Page([], 0)
    rows, total = await sessions.list_sessions(ctx.db, ctx.account.id, query, ctx.site_ids)
    return Page(rows, total)


async def get_session(ctx: Context, session_id: int) -> GroupSession:
    """One session, deleted or not. Raises NotFound(session)."""
    session = await sessions.find_session(ctx.db, ctx.account.id, session_id, ctx.site_ids)
    if session is None:
        raise NotFound("session", session_id)
    return session


async def seats_taken(ctx: Context, session_ids: Sequence[int]) -> dict[int, int]:
    """How many seats are taken in each of these sessions now."""
    return await sessions.seats_taken(ctx.db, ctx.account.id, list(session_ids), ctx.now)


async def add_session(ctx: Context, fields: Mapping[str, Any], force: bool = False) -> GroupSession:
    """A new session from fields of engine.catalogue.GroupSession; it takes the whole of its resource, buffers included.

    Without `ends_at` it lasts as long as its service, without `title` it is called like it, and without `capacity` it
    has as many seats as its resource has units, else one. `force` places it over what is there, on purpose.
    Raises Invalid, NotFound(service or resource), Retired, Full.
    """
    service = await session_service(ctx, fields.get("service_id"))
    resource = await session_resource(ctx, fields.get("resource_id"))
    (session_id,) = await next_ids(ctx.db, "group_session")
    session = _new(ctx, session_id, _completed(fields, service, resource))
    claims = await claims_of_session(ctx, [session], service, force)
    change = ChangeSet(at=ctx.now, actor=ctx.who, verb="add", sessions=(session,), claims=claims)
    await commit(ctx.db, ctx.account.id, change)
    return session


async def add_sessions(
    ctx: Context, fields: Mapping[str, Any], recurrence: Recurrence, force: bool = False
) -> list[GroupSession]:
    """New sessions of one `series`, all of them or none: as `add_session` would make the first, then as it recurs.

    At most 731, by the clock of the site where its resource stands, else by the account's. Raises what `add_session`
    and `expand` raise. Source: MakePlans reference, Add recurring events.
    """
    service = await session_service(ctx, fields.get("service_id"))
    resource = await session_resource(ctx, fields.get("resource_id"))
    first = _new(ctx, 0, {**_completed(fields, service, resource), "series": str(uuid4())})
    spans = expand(recurrence, Span(first.starts_at, first.ends_at), await zone_at(ctx, resource))
    ids = await next_ids(ctx.db, "group_session", len(spans))
    planned = [
        msgspec.structs.replace(first, id=session_id, starts_at=span.start, ends_at=span.end)
        for session_id, span in zip(ids, spans, strict=True)
    ]
    claims = await claims_of_session(ctx, planned, service, force)
    change = ChangeSet(at=ctx.now, actor=ctx.who, verb="add", sessions=tuple(planned), claims=claims)
    await commit(ctx.db, ctx.account.id, change)
    return planned


async def session_service(ctx: Context, service_id: int | None) -> Service | None:
    """The service of a new session. Raises NotFound(service), Retired, Invalid(service_id: not_bookable)."""
    service = None if service_id is None else await get_service(ctx, service_id)
    if service and not service.active:
        raise Retired("service")
    if service and service.kind not in BOOKED:
        raise Invalid(Fault("service_id", "not_bookable"))
    return service


async def session_resource(ctx: Context, resource_id: int | None) -> Resource | None:
    """The resource that a new session is to occupy. Raises NotFound(resource), Retired."""
    resource = None if resource_id is None else await get_resource(ctx, resource_id)
    if resource and not resource.active:
        raise Retired("resource")
    return resource


def _completed(fields: Mapping[str, Any], service: Service | None, resource: Resource | None) -> dict[str, Any]:
    given = {name: value for name, value in fields.items() if value is not None}
    if "ends_at" not in given and "starts_at" in given and service:
        given["ends_at"] = given["starts_at"] + service.duration * MINUTE
    named = {"title": service.title} if service else {}
    seats = {"capacity": resource.capacity if resource else 1}
    return {**named, **seats, **given}


def check_session(given: Mapping[str, Any]) -> None:
    """Raises Invalid for times or a capacity that no session can have."""
    faults = [Fault(name, "blank") for name in ("starts_at", "ends_at") if name not in given]
    if not faults and given["ends_at"] <= given["starts_at"]:
        faults.append(Fault("ends_at", "before_start"))
    if not faults and given["ends_at"] - given["starts_at"] > LONGEST:
        faults.append(Fault("ends_at", "out_of_range"))
    if not 0 <= given["capacity"] <= _MOST:
        faults.append(Fault("capacity", "out_of_range"))
    if faults:
        raise Invalid(*faults)


def _new(ctx: Context, session_id: int, given: Mapping[str, Any]) -> GroupSession:
    check_session(given)
    unset = dict.fromkeys(GroupSession.__struct_fields__, None)
    made = {
        "account_id": ctx.account.id,
        "id": session_id,
        "title": "",
        "notes": "",
        "details": {},
        "also_resource_ids": (),
        "revision": 0,
        "created_at": ctx.now,
        "created_by": ctx.who,
        "updated_at": ctx.now,
        "updated_by": ctx.who,
    }
    return GroupSession(**{**unset, **made, **given})


async def claims_of_session(
    ctx: Context, planned: Sequence[GroupSession], service: Service | None, force: bool
) -> tuple[Claim, ...]:
    """What sessions of one service on one resource take: the whole of it with buffers; nothing when there is none."""
    resource_id = planned[0].resource_id
    if resource_id is None:
        return ()
    spans = [Span(one.starts_at, one.ends_at) for one in planned]
    if service is not None:
        offered = await find_offered(ctx.db, ctx.account.id, [service.id])
        own = next((offer for offer in offered if offer.resource_id == resource_id), None)
        spans = [offering(service, own, span.duration).occupied(span) for span in spans]
    return tuple(
        Claim(resource_id, span.start, span.end, session_id=one.id, overlap_allowed=force)
        for one, span in zip(planned, spans, strict=True)
    )
