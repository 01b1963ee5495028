"""Books requests: any number of lines, on resources, in group sessions or with whoever serves a service."""

from collections.abc import Sequence
from functools import partial

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.bookings.commit import Write, commit_planned
from kalends.actions.bookings.plan import plan
from kalends.actions.bookings.unknown_ids import checked
from kalends.actions.context import Context
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.assign import (
    Planning,
    assign,
    candidates,
    moved_to,
    nearest_times,
    take,
)
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.create import Booker, plan_booking
from kalends.engine.bookings.new_items import AssignedLine
from kalends.engine.bookings.overlap import IfTaken, as_written
from kalends.engine.bookings.request import Booked, BookingRequest, LineOutcome, with_customer_of_line
from kalends.engine.bookings.resolve import ResolvedLine
from kalends.engine.conflict import Conflict, InTheWay
from kalends.engine.refusals import Full, Refusal
from kalends.store.commit import check, commit


@allow("book", "customer", "practitioner")
async def book(ctx: Context, request: BookingRequest) -> Booked:
    """Book all lines of a request; with `on_conflict` skip or nearest, those that can be booked.

    With `on_conflict` overlap a line is booked over what takes the time of a person.

    Raises
        NotFound(service, resource, session, site, customer, booked_by_customer, case),
        Retired(service, session, resource), NotServed, TooMany, TooManyOccurrences, Full, Stale,
        Barred, Unreachable(email, phone), Duplicate (a field of the customer),
        Invalid(starts_at, ends_at: blank; ends_at: before_start, out_of_range; expires_at: past; units, extras:
        not_positive, out_of_range; extras: invalid, not_served; state, status: unknown; resource_id: blank,
        not_bookable; service_id: not_bookable; site_id: not_served; and the customer's fields),
        for the public also Closed, TooSoon, TooFar, OffStep,
        for a customer's own login Forbidden if the request sets fields that are for staff.
    """
    request = with_customer_of_line(await checked(ctx, request))
    sessions = [line.session_id for line in request.lines if line.session_id is not None]
    return await retry_on_conflict(ctx, lambda attempt: book_into(attempt, request), Locks(sessions=sessions))


@allow("book", "customer", "practitioner")
async def preview(ctx: Context, request: BookingRequest) -> Booked:
    """The booking that `book` would make of a request now. Nothing is written or held, so it may be otherwise later.

    Its ids are those of no booking. Raises what `book` raises.
    """
    request = with_customer_of_line(await checked(ctx, request))
    write = partial(check, released=ctx.given_up)
    return await retry_on_conflict(ctx, lambda attempt: book_into(attempt, request, write=write), Locks())


@internal
async def book_into(
    ctx: Context, request: BookingRequest, into: Booking | None = None, write: Write = commit
) -> Booked:
    """Book a checked request once, as a new booking or as more items of the booking `into`; or with `write` check
    return the booking that would be made of it.

    Raises NotFound(service, resource, session, site, customer, booked_by_customer, case), Retired(service, session,
    resource), NotServed, TooMany, Full, Stale, Barred, Unreachable(email, phone), Duplicate, Invalid(starts_at,
    ends_at, expires_at, extras, resource_id, service_id, and the customer's fields); for the public also Closed,
    TooSoon, TooFar, OffStep.
    """
    planning, resolved, booker = await plan(ctx, request)
    return await _commit_first_that_fits(ctx, planning, resolved, booker, into, write=write)


async def _commit_first_that_fits(
    ctx: Context,
    planning: Planning,
    resolved: Sequence[ResolvedLine],
    booker: Booker,
    into: Booking | None,
    *,
    write: Write,
) -> Booked:
    """Commit with the first resources that look free; if some turn out to be taken, try again without them."""
    if_taken: IfTaken = "overlap" if planning.request.on_conflict == "overlap" else "refuse"
    known = _Known({}, {})
    while True:
        planning.taken = []
        assigned, outcomes = _assign_all(planning, resolved, known)
        planned = plan_booking(ctx.account, planning, assigned, booker, ctx.author, into)
        try:
            written = await commit_planned(ctx, planned.change_set, if_taken, write)
        except Full as full:
            if not _learn(full, planning, assigned, outcomes, known):
                raise _by_line(full, outcomes) from None
        else:
            views = as_written(planned.booked.items, written)
            return Booked(planned.booked.booking, planned.booked.customer, views, outcomes=tuple(outcomes))


class _Known(msgspec.Struct):
    """What has turned out so far, by index of the line: resources and sessions that are taken, and what of a line that
    can't be avoided is full."""

    taken: dict[int, set[int]]
    refused: dict[int, Full]


def _assign_all(
    planning: Planning, resolved: Sequence[ResolvedLine], known: _Known
) -> tuple[list[AssignedLine], list[LineOutcome]]:
    """The lines that can be booked, and the outcome of all.

    Raises the first refusal if `on_conflict` is refuse or overlap, or if no line can be booked.
    """
    on_conflict = planning.request.on_conflict
    assigned: list[AssignedLine] = []
    outcomes: list[LineOutcome] = []
    for index, line in enumerate(resolved):
        result = known.refused.get(index) or assign(planning, line, known.taken.get(index, set()))
        moved = isinstance(result, Refusal) and on_conflict == "nearest" and index not in known.refused
        if isinstance(result, Refusal) and moved:
            result = _assign_nearest(planning, line, result)
        if isinstance(result, Refusal):
            result.line = index
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
    time = next(nearest_times(planning, line), None)
    return refusal if time is None else assign(planning, moved_to(line, time.span))


def _by_line(full: Full, outcomes: Sequence[LineOutcome]) -> Full:
    """The refusal, which names the lines of the request instead of the items that would have become of them."""
    lines = {outcome.item_id: index for index, outcome in enumerate(outcomes) if outcome.item_id is not None}

    def named(way: InTheWay) -> InTheWay:
        line = lines.get(way.item_id or 0)
        return way if line is None else msgspec.structs.replace(way, item_id=None, line=line)

    conflicts = [
        msgspec.structs.replace(
            conflict, line=lines.get(conflict.item_id or 0), in_the_way=tuple(map(named, conflict.in_the_way))
        )
        for conflict in full.conflicts
    ]
    return full.with_conflicts(conflicts, full.lines)


def _learn(
    full: Full,
    planning: Planning,
    assigned: Sequence[AssignedLine],
    outcomes: Sequence[LineOutcome],
    known: _Known,
) -> bool:
    """Add what turned out to be taken to what is known. Returns whether another attempt is worthwhile."""
    booked = [index for index, outcome in enumerate(outcomes) if outcome.item_id is not None]
    lines_by_item_id = {
        item_id: (index, line)
        for item_id, index, line in zip(planning.references.item_ids, booked, assigned, strict=False)
    }
    on_conflict = planning.request.on_conflict
    for conflict in full.conflicts:
        index, line = lines_by_item_id.get(conflict.item_id or 0, (None, None))
        if index is None or line is None:
            return False
        taken_ids, which = known.taken.setdefault(index, set()), _avoidable(conflict, line)
        options = {resource.id for resource in candidates(line.resolved, planning.references)} - taken_ids
        is_last = which in taken_ids or (options == {which} and on_conflict != "nearest")
        if which is not None and not is_last:
            taken_ids.add(which)
        elif on_conflict in ("skip", "nearest"):
            known.refused[index] = Full(conflict.what, conflict.which, conflicts=[conflict])
        else:
            return False
    return bool(planning.timelines) or on_conflict in ("skip", "nearest")


def _avoidable(conflict: Conflict, line: AssignedLine) -> int | None:
    """The resource or session that is to be left out so that the line does not meet the conflict again; None if it is
    one that the line names. A line that is in its own way can have another main resource."""
    main_id = line.resource.id if line.resource else None
    in_own_way = conflict.in_the_way and all(claim.item_id == conflict.item_id for claim in conflict.in_the_way)
    if in_own_way or (conflict.what == "resource" and conflict.which == main_id):
        return main_id
    named = {*line.line.also_resource_ids, *(extra.resource_id for extra in line.line.extras)}
    return None if conflict.which in named else conflict.which
