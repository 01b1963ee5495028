"""Planned occurrences that many can attend."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from kalends.actions.catalogue import get_resource, get_service
from kalends.actions.context import Context
from kalends.engine.catalogue import Offered, Resource, Service, Session
from kalends.engine.change import Change, Claim
from kalends.engine.clock import MINUTE
from kalends.engine.listing import Page, SessionQuery
from kalends.engine.refusals import Fault, Invalid, NotFound, Retired
from kalends.store import sessions
from kalends.store.catalogue import find_offered
from kalends.store.claims import place
from kalends.store.ids import next_ids
from kalends.store.journal import FORCE

_MOST = 100_000


async def list_sessions(ctx: Context, query: SessionQuery) -> Page[Session]:
    """One page of sessions, chronological unless the newest are asked for first."""
    rows, total = await sessions.list_sessions(ctx.db, ctx.account.id, query)
    return Page(rows, total)


async def get_session(ctx: Context, session_id: int) -> Session:
    """One session, deleted or not. Raises NotFound(session)."""
    session = await sessions.find_session(ctx.db, ctx.account.id, session_id)
    if session is None:
        raise NotFound("session", session_id)
    return session


async def seats_taken(ctx: Context, session_ids: Sequence[int]) -> dict[int, int]:
    """How many seats are taken in each of these sessions now."""
    return await sessions.seats_taken(ctx.db, ctx.account.id, list(session_ids), ctx.now)


async def add_session(ctx: Context, fields: Mapping[str, Any], force: bool = False) -> Session:
    """A new session from fields of engine.catalogue.Session; it takes the whole of its resource, buffers included.

    Without `ends_at` it lasts as long as its service, without `title` it is called like it, and without `capacity` it
    has as many seats as its resource has units, else one. `force` places it over what is there, on purpose.
    Raises Invalid, NotFound(service or resource), Retired, Full.
    """
    service = await _service(ctx, fields.get("service_id"))
    resource = await _resource(ctx, fields.get("resource_id"))
    (session_id,) = await next_ids(ctx.db, "session")
    session = _new(ctx, session_id, _completed(fields, service, resource))
    claims = (await _claim(ctx, session, service, force),) if resource else ()
    what = FORCE if force else "add"
    await place(ctx.db, ctx.account.id, Change(ctx.now, ctx.who, what, sessions=(session,), claims=claims))
    return session


async def _service(ctx: Context, service_id: int | None) -> Service | None:
    service = None if service_id is None else await get_service(ctx, service_id)
    if service and not service.active:
        raise Retired("service")
    return service


async def _resource(ctx: Context, resource_id: int | None) -> Resource | None:
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


def _new(ctx: Context, session_id: int, given: Mapping[str, Any]) -> Session:
    faults = [Fault(name, "blank") for name in ("starts_at", "ends_at") if name not in given]
    if not faults and given["ends_at"] <= given["starts_at"]:
        faults.append(Fault("ends_at", "before_start"))
    if not 0 <= given["capacity"] <= _MOST:
        faults.append(Fault("capacity", "out_of_range"))
    if faults:
        raise Invalid(*faults)
    unset = dict.fromkeys(Session.__struct_fields__, None)
    made = {
        "account_id": ctx.account.id,
        "id": session_id,
        "title": "",
        "notes": "",
        "details": {},
        "revision": 0,
        "created_at": ctx.now,
        "created_by": ctx.who,
        "updated_at": ctx.now,
        "updated_by": ctx.who,
    }
    return Session(**{**unset, **made, **given})


async def _claim(ctx: Context, session: Session, service: Service | None, force: bool) -> Claim:
    before, after = await _buffers(ctx, session, service)
    assert session.resource_id is not None
    return Claim(
        session.resource_id,
        session.starts_at - before,
        session.ends_at + after,
        session_id=session.id,
        forced=force,
    )


async def _buffers(ctx: Context, session: Session, service: Service | None) -> tuple[timedelta, timedelta]:
    """The buffers of the service, or those that it has on this resource."""
    if service is None:
        return timedelta(), timedelta()
    offered = await find_offered(ctx.db, ctx.account.id, [service.id])
    own = next((offer for offer in offered if offer.resource_id == session.resource_id), None)
    return _own(own, service, "buffer_before") * MINUTE, _own(own, service, "buffer_after") * MINUTE


def _own(offer: Offered | None, service: Service, field: str) -> int:
    own = getattr(offer, field) if offer else None
    value: int = getattr(service, field) if own is None else own
    return value
