"""Apply the described sessions of services, each matched by its start and its resource."""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET

from kalends.actions.bookings.add_sessions import add_session
from kalends.actions.bookings.sessions import change_session, list_sessions
from kalends.actions.context import Context
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.catalog.resource import Resource
from kalends.engine.patch import patch_from
from kalends.engine.refusals import Full, Retired
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, InvalidDescription, moment
from kalends.provision.tables import DescribedService, DescribedSession

_ALL = 100_000


async def apply_sessions(
    ctx: Context,
    description: Description,
    resources: Mapping[str, Resource],
    services: Mapping[str, int],
    applied: Applied,
) -> None:
    """Add or change the described sessions; others of the same services stay."""
    for described in description.services:
        if described.sessions:
            with error_context(f"service {described.title}"):
                await _apply_sessions_of(ctx, described, services[described.title], resources, applied)


async def _apply_sessions_of(
    ctx: Context, service: DescribedService, service_id: int, resources: Mapping[str, Resource], applied: Applied
) -> None:
    page = await list_sessions(ctx, SessionQuery(service_ids=(service_id,), limit=_ALL))
    present = {(session.starts_at, session.resource_id): session for session in page.rows}
    for described in service.sessions:
        starts, ends = moment(described.starts, ctx.zone), described.ends
        resource_id = None if described.resource is None else _resource_id(described.resource, resources)
        before = present.get((starts, resource_id))
        patch = msgspec.structs.replace(
            patch_from(SessionPatch, described),
            service_id=service_id,
            resource_id=resource_id,
            starts_at=starts,
            ends_at=UNSET if ends is UNSET else moment(ends, ctx.zone),
            archived_at=_archived_at(ctx, described, before),
        )
        name = f"session {service.title} {described.starts:%Y-%m-%d %H:%M}"
        with error_context(name if described.resource is None else f"{name} {described.resource}"):
            session = await _put(ctx, before, patch)
        applied.note(name if described.resource is None else f"{name} {described.resource}", before, session)
        present[starts, resource_id] = session


async def _put(ctx: Context, before: GroupSession | None, patch: SessionPatch) -> GroupSession:
    if before is not None and patch.ends_at is UNSET:
        patch = msgspec.structs.replace(patch, starts_at=UNSET)
    try:
        return await (change_session(ctx, before.id, patch) if before else add_session(ctx, patch))
    except Full as full:
        raise InvalidDescription("its resource is taken then") from full
    except Retired as retired:
        raise InvalidDescription(f"its {retired.what} is not active") from retired


def _archived_at(ctx: Context, described: DescribedSession, before: GroupSession | None) -> object:
    """Since when it is out of use: for one that is already, since then."""
    if described.active is UNSET:
        return UNSET
    return None if described.active else (before and before.archived_at) or ctx.now


def _resource_id(name: str, resources: Mapping[str, Resource]) -> int:
    if name not in resources:
        raise InvalidDescription(f"there is no resource `{name}`")
    return resources[name].id
