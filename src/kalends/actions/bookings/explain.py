"""Explains why a request can or can't be booked."""

from collections.abc import Sequence
from itertools import islice

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.plan import NEAREST_WITHIN, load_line_timelines, load_request
from kalends.actions.bookings.slots import slots
from kalends.actions.context import Context
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.all_refusals import all_of
from kalends.engine.bookings.assign import NearTime, Planning, nearest_times
from kalends.engine.bookings.create import Booker, plan_booking
from kalends.engine.bookings.explain import LineExplanation, options_of, with_guard
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.resolve import ResolvedLine, check_request, resolve
from kalends.engine.bookings.terms import line_span
from kalends.engine.refusals import Full, NotFound, Refusal, Stale
from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.store.commit import check_each

MOST_WITH_NEAREST = 5
"""Lines of one request for which the nearest free times are searched."""
_FIRST_LOOK = 2 * DAY


@allow("read", "practitioner")
async def explain(
    ctx: Context, request: BookingRequest, nearest: int = 0, *, also_bookable: bool = False
) -> list[LineExplanation]:
    """Why each line of a request, by itself, can or can't be booked now, whoever it is for: all options, and all that
    speaks against them.

    It is found out by the code by which `book` decides, and agrees with it for a request of one line. The first five
    lines that can't be booked get up to `nearest` free times, within 14 days of the one that they ask for;
    `also_bookable`: those that can get them too.

    Raises NotFound(service, resource, session, customer, booked_by_customer, case), TooManyOccurrences, Stale,
    Invalid(starts_at, ends_at, resource_id: blank; ends_at: before_start, out_of_range; units, extras: not_positive,
    out_of_range; extras: invalid; state, status: unknown).
    """
    check_request(request)
    alone = msgspec.structs.replace(request, initiate=False)
    return await retry_on_conflict(ctx, lambda attempt: _explain(attempt, alone, nearest, also_bookable), Locks())


async def _explain(ctx: Context, request: BookingRequest, nearest: int, also_bookable: bool) -> list[LineExplanation]:
    attached, references = await load_request(ctx, request)
    planning = Planning(attached, references, ctx.now)
    lines = [_resolved(planning, line) for line in attached.lines]
    resolved_lines = [line for line in lines if isinstance(line, ResolvedLine)]
    planning.timelines = await load_line_timelines(ctx, planning, resolved_lines)
    explanations: list[LineExplanation] = []
    searches = MOST_WITH_NEAREST if nearest else 0
    for resolved, requested in zip(lines, request.lines, strict=True):
        if isinstance(resolved, Refusal):
            explanations.append(LineExplanation(requested, refusal=resolved))
            continue
        explanation = await _explained(ctx, planning, requested, resolved)
        if searches and (also_bookable or not explanation.bookable):
            searches -= 1
            times = await _nearest(ctx, planning, resolved, nearest)
            explanation = msgspec.structs.replace(explanation, nearest=tuple(times))
        explanations.append(explanation)
    return explanations


def _resolved(planning: Planning, line: RequestedLine) -> ResolvedLine | Refusal:
    """The line with its records, or why it can't be booked at any time. Raises NotFound."""
    alone = msgspec.structs.replace(planning.request, lines=(line,))
    try:
        (resolved,) = resolve(alone, planning.references, planning.now)
    except Refusal as refusal:
        if any(isinstance(each, NotFound) for each in all_of(refusal)):
            raise
        return refusal
    return resolved


async def _explained(
    ctx: Context, planning: Planning, requested: RequestedLine, resolved: ResolvedLine
) -> LineExplanation:
    options = options_of(planning, resolved)
    change_sets = [
        plan_booking(ctx.account, planning, [option.assigned], Booker(), ctx.author).change_set for option in options
    ]
    refusals = await check_each(ctx.db, ctx.account.id, change_sets, released=ctx.given_up)
    if any(isinstance(refusal, Stale) for refusal in refusals):
        raise Stale()
    guarded = tuple(with_guard(option, refusal) for option, refusal in zip(options, refusals, strict=True))
    return LineExplanation(requested, guarded, None if guarded else Full("resource"))


async def _nearest(ctx: Context, planning: Planning, resolved: ResolvedLine, most: int) -> Sequence[NearTime]:
    """The free times nearest to a line: of two days around it, and only if these are too few of all 14."""
    if resolved.session is not None:
        return await _nearest_sessions(ctx, resolved, most)
    times: list[NearTime] = []
    requested = line_span(resolved.line, resolved.service, None, None).start
    for within in (_FIRST_LOOK, NEAREST_WITHIN):
        timelines = await load_line_timelines(ctx, planning, [resolved], within)
        around = Planning(planning.request, planning.references, planning.now, timelines)
        times = list(islice(nearest_times(around, resolved), most))
        if len(times) == most and abs(times[-1].span.start - requested) <= within:
            break
    return times


async def _nearest_sessions(ctx: Context, resolved: ResolvedLine, most: int) -> Sequence[NearTime]:
    """The other sessions of its service with free seats."""
    session, service = resolved.session, resolved.service
    if session is None or service is None:
        return []
    window = Span(session.starts_at, session.starts_at).widen(NEAREST_WITHIN, NEAREST_WITHIN)
    free = await slots(ctx, service.id, window, units=resolved.line.units or 1)
    by_distance = sorted(free, key=lambda slot: abs(slot.span.start - session.starts_at))
    return [NearTime(None, slot.span, slot.session_id) for slot in by_distance if slot.session_id != session.id][:most]
