"""Loads what is needed to plan a request: its references, its customer, and the timelines of the resources it may
take."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from kalends.actions.access import internal
from kalends.actions.availability.free_slots import load_timelines
from kalends.actions.bookings.verification import with_code
from kalends.actions.context import Context
from kalends.actions.customers.add import fill_customer, match_or_new_customer
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.availability.free_slots import BookingTerms, ResourceTimeline
from kalends.engine.bookings.assign import Planning, all_candidates, candidates, needs_timelines, span_on
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.references import References, ids_in_request, without_hidden
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.resolve import ResolvedLine, check_customer, resolve, with_session
from kalends.engine.bookings.terms import terms_for
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.store.bookings.references import load_references
from kalends.store.bookings.sessions import list_sessions

_MOST_SESSIONS = 10_000
NEAREST_WITHIN = 14 * DAY
"""How far from the requested time the nearest free time may be."""


@internal
async def plan(ctx: Context, request: BookingRequest) -> tuple[Planning, list[ResolvedLine], Booker]:
    """Load what is needed to book a request: its references, its customer and, if needed, timelines of resources.

    Raises NotFound(service, resource, session, site, customer, booked_by_customer, case), Retired(service, session,
    resource), NotServed, TooMany, TooSoon, Barred, Invalid(starts_at, ends_at, extras, resource_id, service_id, and the
    customer's fields).
    """
    request = with_code(request)
    attached, references = await load_request(ctx, request)
    refusals = AllRefusals()
    with refusals:
        resolved = resolve(attached, references, ctx.now)
    with refusals:
        booker = await find_booker(ctx, request, references)
        check_customer(booker.customer, request)
    refusals.raise_any()
    planning = Planning(request, references, ctx.now)
    if any(needs_timelines(line, request, references) for line in resolved):
        within = NEAREST_WITHIN if request.on_conflict == "nearest" else timedelta()
        planning.timelines = await load_line_timelines(ctx, planning, resolved, within)
    return planning, resolved, booker


@internal
async def load_request(ctx: Context, request: BookingRequest) -> tuple[BookingRequest, References]:
    """The records that a request refers to, for visitors and practitioners those that are for them; and the request
    whose lines for services that are attended name their session, where there is just one then."""
    references = await load_references(ctx.db, ctx.account.id, ids_in_request(request), ctx.site_ids)
    attached = await _with_sessions(ctx, request, references)
    if attached is not request:
        references = await load_references(ctx.db, ctx.account.id, ids_in_request(attached), ctx.site_ids)
    if (request.public and ctx.principal.gets_public_only) or ctx.principal.is_practitioner:
        references = without_hidden(references, attached, ctx.principal)
    return attached, references


@internal
async def find_booker(ctx: Context, request: BookingRequest, references: References) -> Booker:
    """The customer of a request: the one with its id or a matching one, blanks filled in, or a new one.

    Nobody if there is none with its id, which `resolve` refuses. Raises Invalid(the customer's fields).
    """
    if request.customer_id is not None:
        customer = references.live_customers.get(request.customer_id)
        if customer is None:
            return Booker()
        return Booker(*await fill_customer(ctx, customer, request.customer)) if request.customer else Booker(customer)
    if request.customer is None:
        return Booker()
    return Booker(*await match_or_new_customer(ctx, request.customer))


@internal
async def load_line_timelines(
    ctx: Context, planning: Planning, resolved: Sequence[ResolvedLine], within: timedelta = timedelta()
) -> Mapping[tuple[int | None, int], ResourceTimeline]:
    """The timelines of all resources that the lines may take, and `within` so much before and after them, by ids of
    service and resource.

    One query per service, as hours may depend on it. Raises Invalid(starts_at, ends_at: blank; ends_at: before_start,
    out_of_range).
    """
    references = planning.references
    timelines: dict[tuple[int | None, int], ResourceTimeline] = {}
    for service_id in dict.fromkeys(line.service.id if line.service else None for line in resolved):
        lines = [line for line in resolved if line.session is None and (line.service and line.service.id) == service_id]
        resources = {resource.id: resource for line in lines for resource in all_candidates(line, references)}
        spans = [span_on(planning, line, resource) for line in lines for resource in candidates(line, references)]
        if spans:
            window = Span(min(span.start for span in spans), max(span.end for span in spans)).widen(within, within)
            terms = [(resource, _terms(planning, lines[0], resource, window)) for resource in resources.values()]
            loaded = await load_timelines(ctx, terms, window, lines[0].service)
            timelines |= {(service_id, resource_id): timeline for resource_id, timeline in loaded.items()}
    return timelines


async def _with_sessions(ctx: Context, request: BookingRequest, references: References) -> BookingRequest:
    """The request whose lines for services that are attended name their session, where there is just one then."""
    attended = {service.id for service in references.services.values() if service.kind == "attendance"}
    lines = [line for line in request.lines if line.session_id is None and line.service_id in attended]
    starts = [line.starts_at for line in lines if line.starts_at is not None]
    if not starts:
        return request
    query = SessionQuery(
        service_ids=tuple(attended),
        starts_after=min(starts),
        starts_before=max(starts) + timedelta(microseconds=1),
        with_archived=False,
        limit=_MOST_SESSIONS,
    )
    sessions, _ = await list_sessions(ctx.db, ctx.account.id, query, ctx.site_ids)
    attached = tuple(with_session(line, sessions) if line in lines else line for line in request.lines)
    return request if attached == request.lines else msgspec.structs.replace(request, lines=attached)


def _terms(planning: Planning, line: ResolvedLine, resource: Resource, window: Span) -> BookingTerms:
    override = planning.references.override(line.service.id, resource.id) if line.service else None
    return terms_for(line.service, override, window.duration)
