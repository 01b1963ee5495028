"""Books requests: any number of lines, on resources, in group sessions or with whoever serves a service."""

from collections.abc import Mapping, Sequence

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
from kalends.engine.refusals import Full, Refusal
from kalends.store.commit import check, commit


@allow("book", "customer")
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


@allow("book", "customer")
async def preview(ctx: Context, request: BookingRequest) -> Booked:
    """The booking that `book` would make of a request now. Nothing is written or held, so it may be otherwise later.

    Its ids are those of no booking. Raises what `book` raises.
    """
    request = with_customer_of_line(await checked(ctx, request))
    return await retry_on_conflict(ctx, lambda attempt: book_into(attempt, request, write=check), Locks())


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
    excluded: dict[int, set[int]] = {}
    while True:
        planning.taken = []
        assigned, outcomes = _assign_all(planning, resolved, excluded)
        planned = plan_booking(ctx.account, planning, assigned, booker, ctx.author, into)
        try:
            written = await commit_planned(ctx, planned.change_set, if_taken, write)
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
    time = next(nearest_times(planning, line), None)
    return refusal if time is None else assign(planning, moved_to(line, time.span))


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
