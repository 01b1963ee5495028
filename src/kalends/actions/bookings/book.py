"""Booking: one line or thousands, on resources, group sessions, or whatever serves a service then."""

import secrets
from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.access import allow, internal, own_request
from kalends.actions.availability.offers import load_timelines
from kalends.actions.context import Context
from kalends.actions.customers.add import find_or_make_customer
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.availability.offers import BookingTerms, ResourceTimeline
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
from kalends.engine.bookings.references import References, named_by
from kalends.engine.bookings.request import Booked, BookingRequest, LineOutcome
from kalends.engine.bookings.resolve import ResolvedLine, check_customer, check_request, live_customer, resolve
from kalends.engine.bookings.terms import terms_for
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Full, Refusal
from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit

CODE_DIGITS = 6
NEAREST_WITHIN = 14 * DAY
"""How far from the time that was asked for a nearest free time is looked for."""


@allow("book", "customer")
async def book(ctx: Context, request: BookingRequest) -> Booked:
    """Book all lines of a request, or say why not; with `on_conflict` skip or nearest, those that can be had.

    Raises NotFound(service, resource, session, customer, booked_by_customer), Retired(service, session, resource),
    NotServed, TooMany, Barred, Unreachable, TooManyOccurrences, Full, and Invalid(starts_at, ends_at, units, extras,
    state, status, resource_id, service_id, expires_at, and the customer's fields); where the public books also Closed,
    TooSoon, TooFar and OffStep.
    """
    request = own_request(ctx, request)
    check_request(request)
    sessions = [line.session_id for line in request.lines if line.session_id is not None]
    return await retry_on_conflict(ctx, lambda tried: book_into(tried, request), Locks(sessions=sessions))


@internal
async def book_into(ctx: Context, request: BookingRequest, into: Booking | None = None) -> Booked:
    """The same once, as a new booking or as more items of one that is there. Raises what `book` raises, and Stale."""
    planning, resolved, booker = await plan(ctx, request)
    return await _commit_first_that_fits(ctx, planning, resolved, booker, into)


@internal
async def plan(ctx: Context, request: BookingRequest) -> tuple[Planning, list[ResolvedLine], Booker]:
    """All that is to be known before a request can be booked: what it names, who it is for, what is free.

    Raises what `book` raises but for Full, Unreachable and Invalid(expires_at).
    """
    request = _with_codes(request)
    references = await load_references(ctx.db, ctx.account.id, named_by(request), ctx.site_ids)
    resolved = resolve(request, references, ctx.now)
    booker = await find_booker(ctx, request, references)
    check_customer(booker.customer, request)
    planning = Planning(request, references, ctx.now)
    if any(needs_timelines(line, request, references) for line in resolved):
        planning.timelines = await _timelines(ctx, planning, resolved)
    return planning, resolved, booker


@internal
async def find_booker(ctx: Context, request: BookingRequest, references: References) -> Booker:
    """Who the booking is for: the customer named, one who is matched, or a new one. Raises NotFound, Invalid."""
    if request.customer_id is not None:
        return Booker(live_customer(request.customer_id, references))
    if request.customer is None:
        return Booker()
    return Booker(*await find_or_make_customer(ctx, request.customer))


async def _commit_first_that_fits(
    ctx: Context, planning: Planning, resolved: Sequence[ResolvedLine], booker: Booker, into: Booking | None
) -> Booked:
    """Commit with the first resources that look free; those that are not any more are left out of the next try."""
    excluded: dict[int, set[int]] = {}
    while True:
        planning.taken = []
        assigned, outcomes = _assign_all(planning, resolved, excluded)
        planned = plan_booking(ctx.account, planning, assigned, booker, ctx.author, into)
        try:
            await commit(ctx.db, ctx.account.id, planned.change_set)
        except Full as full:
            if not _exclude(full, planning, assigned, outcomes, excluded):
                raise
        else:
            return Booked(
                planned.booked.booking, planned.booked.customer, planned.booked.items, outcomes=tuple(outcomes)
            )


def _assign_all(
    planning: Planning, resolved: Sequence[ResolvedLine], excluded: Mapping[int, set[int]]
) -> tuple[list[AssignedLine], list[LineOutcome]]:
    """The lines that can be had, and the outcome of each. Raises the first refusal unless others may be had without."""
    assigned: list[AssignedLine] = []
    outcomes: list[LineOutcome] = []
    for turn, line in enumerate(resolved):
        found = assign(planning, line, excluded.get(turn, set()))
        outcome = "booked"
        if isinstance(found, Refusal) and planning.request.on_conflict == "nearest":
            refusal, outcome = found, "moved"
            found = _moved(planning, line, refusal)
        if isinstance(found, Refusal):
            if planning.request.on_conflict == "refuse":
                raise found
            outcomes.append(LineOutcome("skipped", refusal=found))
            continue
        take(planning, found)
        item_id = planning.references.item_ids[len(assigned)]
        outcomes.append(LineOutcome("moved" if outcome == "moved" else "booked", found.span, item_id))
        assigned.append(found)
    if not assigned:
        raise next(one.refusal for one in outcomes if one.refusal is not None)
    return assigned, outcomes


def _moved(planning: Planning, line: ResolvedLine, refusal: Refusal) -> AssignedLine | Refusal:
    span = nearest_span(planning, line)
    if span is None:
        return refusal
    at = msgspec.structs.replace(line.line, starts_at=span.start, ends_at=span.end)
    return assign(planning, msgspec.structs.replace(line, line=at))


def _exclude(
    full: Full,
    planning: Planning,
    assigned: Sequence[AssignedLine],
    outcomes: Sequence[LineOutcome],
    excluded: dict[int, set[int]],
) -> bool:
    """Leave out, line by line, the resources that turned out to be taken; whether that leaves something to be tried."""
    turns = [turn for turn, one in enumerate(outcomes) if one.item_id is not None]
    lines = {
        item_id: (turn, line)
        for item_id, turn, line in zip(planning.references.item_ids, turns, assigned, strict=False)
    }
    for conflict in full.conflicts:
        turn, line = lines.get(conflict.item_id or 0, (None, None))
        known = excluded.setdefault(turn or 0, set())
        if turn is None or line is None or conflict.which is None or conflict.which in known:
            return False
        able = {one.id for one in candidates(line.resolved, planning.references)} - known
        mains = able - {conflict.which}
        if not mains and planning.request.on_conflict == "refuse" and conflict.which in able:
            return False
        known.add(conflict.which)
    return bool(planning.timelines)


def _with_codes(request: BookingRequest) -> BookingRequest:
    if not request.initiate:
        return request
    lines = tuple(
        msgspec.structs.replace(line, verification_code=line.verification_code or _new_code()) for line in request.lines
    )
    return msgspec.structs.replace(request, lines=lines)


def _new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


async def _timelines(
    ctx: Context, planning: Planning, resolved: Sequence[ResolvedLine]
) -> Mapping[int, ResourceTimeline]:
    """What must be known of the time of all resources that may be taken, by the hours of the service of each line."""
    found: dict[int, ResourceTimeline] = {}
    for service_id in dict.fromkeys(line.service.id if line.service else None for line in resolved):
        mine = [line for line in resolved if line.session is None and (line.service and line.service.id) == service_id]
        resources = {one.id: one for line in mine for one in all_candidates(line, planning.references)}
        spans = [span_on(planning, line, one) for line in mine for one in candidates(line, planning.references)]
        if spans:
            window = Span(min(span.start for span in spans), max(span.end for span in spans))
            if planning.request.on_conflict == "nearest":
                window = window.widen(NEAREST_WITHIN, NEAREST_WITHIN)
            terms = [(one, _terms(planning, mine[0], one, window)) for one in resources.values()]
            found |= await load_timelines(ctx, terms, window, service_id)
    return found


def _terms(planning: Planning, line: ResolvedLine, resource: Resource, window: Span) -> BookingTerms:
    override = planning.references.override(line.service.id, resource.id) if line.service else None
    return terms_for(line.service, override, window.duration)
