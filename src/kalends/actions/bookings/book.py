"""Books requests: any number of lines, on resources, in group sessions or with whoever serves a service."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from kalends.actions.access import allow, internal, own_request
from kalends.actions.availability.free_slots import load_timelines
from kalends.actions.bookings.commit import commit_planned
from kalends.actions.bookings.verification import with_code
from kalends.actions.context import Context
from kalends.actions.customers.add import fill_customer, match_or_new_customer
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.availability.free_slots import BookingTerms, ResourceTimeline
from kalends.engine.bookings.assign import (
    Planning,
    all_candidates,
    assign,
    candidates,
    nearest_span,
    needs_timelines,
    span_on,
    take,
)
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.create import Booker, plan_booking
from kalends.engine.bookings.new_items import AssignedLine
from kalends.engine.bookings.overlap import IfTaken, as_written
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.references import References, ids_in_request
from kalends.engine.bookings.request import Booked, BookingRequest, LineOutcome, with_customer_of_line
from kalends.engine.bookings.resolve import (
    ResolvedLine,
    check_customer,
    check_request,
    live_customer,
    resolve,
    with_session,
)
from kalends.engine.bookings.terms import terms_for
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Full, Refusal
from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.store.bookings.references import load_references
from kalends.store.bookings.sessions import list_sessions

_MOST_SESSIONS = 10_000
NEAREST_WITHIN = 14 * DAY
"""How far from the requested time the nearest free time may be."""


@allow("book", "customer")
async def book(ctx: Context, request: BookingRequest) -> Booked:
    """Book all lines of a request; with `on_conflict` skip or nearest, those that can be booked.

    With `on_conflict` overlap a line is booked over what takes the time of a person.

    Raises
        NotFound(service, resource, session, customer, booked_by_customer),
        Retired(service, session, resource), NotServed, TooMany, TooManyOccurrences, Full, Stale,
        Barred, Unreachable(email, phone), Duplicate (a field of the customer),
        Invalid(starts_at, ends_at: blank; ends_at: before_start, out_of_range; expires_at: past; units, extras:
        not_positive, out_of_range; extras: invalid, not_served; state, status: unknown; resource_id: blank,
        not_bookable; service_id: not_bookable; site_id: not_served; and the customer's fields),
        for the public also Closed, TooSoon, TooFar, OffStep,
        for a customer's own login Forbidden if the request sets fields that are for staff.
    """
    request = with_customer_of_line(own_request(ctx, request))
    check_request(request)
    sessions = [line.session_id for line in request.lines if line.session_id is not None]
    return await retry_on_conflict(ctx, lambda attempt: book_into(attempt, request), Locks(sessions=sessions))


@internal
async def book_into(ctx: Context, request: BookingRequest, into: Booking | None = None) -> Booked:
    """Book a checked request once, as a new booking or as more items of the booking `into`.

    Raises NotFound(service, resource, session, customer, booked_by_customer), Retired(service, session, resource),
    NotServed, TooMany, Full, Stale, Barred, Unreachable(email, phone), Duplicate, Invalid(starts_at, ends_at,
    expires_at, extras, resource_id, service_id, and the customer's fields); for the public also Closed, TooSoon,
    TooFar, OffStep.
    """
    planning, resolved, booker = await plan(ctx, request)
    return await _commit_first_that_fits(ctx, planning, resolved, booker, into)


@internal
async def plan(ctx: Context, request: BookingRequest) -> tuple[Planning, list[ResolvedLine], Booker]:
    """Load what is needed to book a request: its references, its customer and, if needed, timelines of resources.

    Raises NotFound(service, resource, session, customer, booked_by_customer), Retired(service, session, resource),
    NotServed, TooMany, TooSoon, Barred, Invalid(starts_at, ends_at, extras, resource_id, service_id, and the customer's
    fields).
    """
    request = with_code(request)
    references = await load_references(ctx.db, ctx.account.id, ids_in_request(request), ctx.site_ids)
    attached = await _with_sessions(ctx, request, references)
    if attached is not request:
        references = await load_references(ctx.db, ctx.account.id, ids_in_request(attached), ctx.site_ids)
    resolved = resolve(attached, references, ctx.now)
    booker = await find_booker(ctx, request, references)
    check_customer(booker.customer, request)
    planning = Planning(request, references, ctx.now)
    if any(needs_timelines(line, request, references) for line in resolved):
        planning.timelines = await _timelines(ctx, planning, resolved)
    return planning, resolved, booker


@internal
async def find_booker(ctx: Context, request: BookingRequest, references: References) -> Booker:
    """The customer of a request: the one with its id or a matching one, blanks filled in, or a new one.

    Raises NotFound(customer), Invalid(the customer's fields).
    """
    if request.customer_id is not None:
        customer = live_customer(request.customer_id, references)
        return Booker(*await fill_customer(ctx, customer, request.customer)) if request.customer else Booker(customer)
    if request.customer is None:
        return Booker()
    return Booker(*await match_or_new_customer(ctx, request.customer))


async def _commit_first_that_fits(
    ctx: Context, planning: Planning, resolved: Sequence[ResolvedLine], booker: Booker, into: Booking | None
) -> Booked:
    """Commit with the first resources that look free; if some turn out to be taken, try again without them."""
    if_taken: IfTaken = "overlap" if planning.request.on_conflict == "overlap" else "refuse"
    excluded: dict[int, set[int]] = {}
    while True:
        planning.taken = []
        assigned, outcomes = _assign_all(planning, resolved, excluded)
        planned = plan_booking(ctx.account, planning, assigned, booker, ctx.author, into)
        try:
            written = await commit_planned(ctx, planned.change_set, if_taken)
        except Full as full:
            if not _exclude(full, planning, assigned, outcomes, excluded):
                raise
        else:
            views = as_written(planned.booked.items, written)
            return Booked(planned.booked.booking, planned.booked.customer, views, outcomes=tuple(outcomes))


def _assign_all(
    planning: Planning, resolved: Sequence[ResolvedLine], excluded: Mapping[int, set[int]]
) -> tuple[list[AssignedLine], list[LineOutcome]]:
    """The lines that can be booked, and the outcome of all.

    Raises the first refusal if `on_conflict` is refuse or overlap, or if no line can be booked.
    """
    on_conflict = planning.request.on_conflict
    assigned: list[AssignedLine] = []
    outcomes: list[LineOutcome] = []
    for index, line in enumerate(resolved):
        result = assign(planning, line, excluded.get(index, set()))
        moved = isinstance(result, Refusal) and on_conflict == "nearest"
        if isinstance(result, Refusal) and on_conflict == "nearest":
            result = _assign_nearest(planning, line, result)
        if isinstance(result, Refusal):
            if on_conflict in ("refuse", "overlap"):
                raise result
            outcomes.append(LineOutcome("skipped", refusal=result))
            continue
        take(planning, result)
        item_id = planning.references.item_ids[len(assigned)]
        outcomes.append(LineOutcome("moved" if moved else "booked", result.span, item_id))
        assigned.append(result)
    if not assigned:
        raise next(outcome.refusal for outcome in outcomes if outcome.refusal is not None)
    return assigned, outcomes


def _assign_nearest(planning: Planning, line: ResolvedLine, refusal: Refusal) -> AssignedLine | Refusal:
    span = nearest_span(planning, line)
    if span is None:
        return refusal
    moved = msgspec.structs.replace(line.line, starts_at=span.start, ends_at=span.end)
    return assign(planning, msgspec.structs.replace(line, line=moved))


def _exclude(
    full: Full,
    planning: Planning,
    assigned: Sequence[AssignedLine],
    outcomes: Sequence[LineOutcome],
    excluded: dict[int, set[int]],
) -> bool:
    """Add the resources that turned out to be taken to `excluded`, by index of the line.

    Returns whether another attempt is worthwhile.
    """
    booked = [index for index, outcome in enumerate(outcomes) if outcome.item_id is not None]
    lines_by_item_id = {
        item_id: (index, line)
        for item_id, index, line in zip(planning.references.item_ids, booked, assigned, strict=False)
    }
    for conflict in full.conflicts:
        index, line = lines_by_item_id.get(conflict.item_id or 0, (None, None))
        taken_ids = excluded.setdefault(index or 0, set())
        if index is None or line is None or conflict.which is None or conflict.which in taken_ids:
            return False
        options = {resource.id for resource in candidates(line.resolved, planning.references)} - taken_ids
        is_last = options == {conflict.which}
        if is_last and planning.request.on_conflict in ("refuse", "overlap"):
            return False
        taken_ids.add(conflict.which)
    return bool(planning.timelines)


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


async def _timelines(
    ctx: Context, planning: Planning, resolved: Sequence[ResolvedLine]
) -> Mapping[int, ResourceTimeline]:
    """The timelines of all resources that the lines may take, one query per service as hours may depend on it."""
    references = planning.references
    timelines: dict[int, ResourceTimeline] = {}
    for service_id in dict.fromkeys(line.service.id if line.service else None for line in resolved):
        lines = [line for line in resolved if line.session is None and (line.service and line.service.id) == service_id]
        resources = {resource.id: resource for line in lines for resource in all_candidates(line, references)}
        spans = [span_on(planning, line, resource) for line in lines for resource in candidates(line, references)]
        if spans:
            window = Span(min(span.start for span in spans), max(span.end for span in spans))
            if planning.request.on_conflict == "nearest":
                window = window.widen(NEAREST_WITHIN, NEAREST_WITHIN)
            terms = [(resource, _terms(planning, lines[0], resource, window)) for resource in resources.values()]
            timelines |= await load_timelines(ctx, terms, window, lines[0].service)
    return timelines


def _terms(planning: Planning, line: ResolvedLine, resource: Resource, window: Span) -> BookingTerms:
    override = planning.references.override(line.service.id, resource.id) if line.service else None
    return terms_for(line.service, override, window.duration)
