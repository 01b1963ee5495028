"""The claims that items and group sessions have on resources."""

from collections.abc import Iterator, Sequence

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import Claim
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.bookings.terms import booking_terms
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.service import Service
from kalends.engine.time.span import Span


def item_claims(item: Item, service: Service | None, override: ServiceOverride | None) -> tuple[Claim, ...]:
    """The claims of an item: its resources with the service's buffers, and its inventories without.

    None if it is not active. A seat has claims on inventories only. Of each of the other resources one unit is claimed,
    but all of it by a block. What is named twice is claimed once, with the units of both.
    """
    if item.state not in ACTIVE:
        return ()
    span = Span(item.starts_at, item.ends_at)
    inventory = (_claim(item, extra.resource_id, span, extra.units) for extra in item.extras if extra.resource_id)
    return _added_up((*_of_resources(item, service, override), *inventory))


def session_claims(
    session: GroupSession, service: Service | None, override: ServiceOverride | None, overlap_allowed: bool
) -> tuple[Claim, ...]:
    """The claims of a group session: the whole of each of its resources, with the service's buffers."""
    if session.deleted_at is not None:
        return ()
    span = _with_buffers(Span(session.starts_at, session.ends_at), service, override)
    main = () if session.resource_id is None else (session.resource_id,)
    return tuple(
        Claim(resource_id, span.start, span.end, session_id=session.id, overlap_allowed=overlap_allowed)
        for resource_id in (*main, *session.also_resource_ids)
    )


def _added_up(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """One claim for each resource, with all units: those with buffers come before those without."""
    by_resource: dict[int, Claim] = {}
    for claim in claims:
        present = by_resource.get(claim.resource_id)
        by_resource[claim.resource_id] = claim if present is None else _with_units(present, claim.units)
    return tuple(by_resource.values())


def _with_units(claim: Claim, units: int | None) -> Claim:
    return msgspec.structs.replace(claim, units=None if claim.units is None or units is None else claim.units + units)


def _of_resources(item: Item, service: Service | None, override: ServiceOverride | None) -> Iterator[Claim]:
    if item.kind == "seat":
        return
    span = _with_buffers(Span(item.starts_at, item.ends_at), service, override)
    whole = item.kind == "block"
    if item.resource_id is not None:
        units = item.units * ((override and override.resource_units) or 1)
        yield _claim(item, item.resource_id, span, None if whole else units)
    for resource_id in item.also_resource_ids:
        yield _claim(item, resource_id, span, None if whole else 1)


def _with_buffers(span: Span, service: Service | None, override: ServiceOverride | None) -> Span:
    return span if service is None else booking_terms(service, override, span.duration).occupied(span)


def _claim(item: Item, resource_id: int, span: Span, units: int | None) -> Claim:
    return Claim(
        resource_id,
        span.start,
        span.end,
        item_id=item.id,
        units=units,
        overlap_allowed=item.overlap_allowed,
        expires_at=item.expires_at,
    )
