"""What can be booked: open hours minus what is claimed, offered as starts on a grid.

The grid counts in steps of wall time. Each local day has its own: it starts where an open span starts, and again at
midnight where one goes on past midnight, so it does not depend on which days somebody asks about.

    open    09:00 ----------------- 12:00       step 30 min, duration 1 h
    claimed             10:30 - 11:00
    offered 09:00 09:30             11:00
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from heapq import nsmallest
from itertools import accumulate, repeat
from operator import itemgetter
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.availability.capacity import BusyInterval, Node, Usage, fits, in_the_way, profile
from kalends.engine.refusals import Closed, Fault, Full, Invalid, OffStep, Refusal, TooFar, TooMany, TooSoon
from kalends.engine.time.clock import MINUTES_A_DAY, day_span, instant, shifts, wall
from kalends.engine.time.span import Span, Spans

_TICK = timedelta(microseconds=1)
_NONE = timedelta()


class BookingTerms(msgspec.Struct, frozen=True):
    """How a service is offered.

    `before` and `after` are buffers, which must be free but need not be open; a start must be at least `notice` and at
    most `horizon` from now; one booking takes at most `most_units`. None is no limit.
    """

    duration: timedelta
    step: timedelta
    before: timedelta = _NONE
    after: timedelta = _NONE
    notice: timedelta | None = None
    horizon: timedelta | None = None
    most_units: int | None = None

    def __post_init__(self) -> None:
        faults = [Fault(name, "not_positive") for name in ("duration", "step") if getattr(self, name) <= _NONE]
        faults += [Fault(name, "negative") for name in ("before", "after") if getattr(self, name) < _NONE]
        if faults:
            raise Invalid(*faults)

    def occupied(self, span: Span) -> Span:
        """The service's span with its buffers: what a claim for it takes."""
        return span.widen(self.before, self.after)


class ResourceTimeline(msgspec.Struct, frozen=True):
    """A resource and all that is known of its time: when it is `open`, and what is `busy` on its `tree`.

    `open` and `busy` must reach as far as `lookup_window` says; busy intervals include their own buffers.
    """

    resource_id: int
    zone: ZoneInfo
    open: Spans
    tree: Sequence[Node]
    busy: Sequence[BusyInterval]


class FreeSlot(msgspec.Struct, frozen=True, gc=False):
    """A span that can be booked, without buffers, and how many units are free then."""

    span: Span
    free: int
    resource_id: int


def lookup_window(terms: BookingTerms, window: Span, zone: ZoneInfo) -> Span:
    """What opening hours and loads must be known of to say what is offered in a window: the local days it touches."""
    first, _ = wall(window.start, zone)
    last, _ = wall(window.end + terms.duration, zone)
    return terms.occupied(Span(day_span(first, zone).start, day_span(last, zone).end))


def offers(
    timeline: ResourceTimeline, terms: BookingTerms, window: Span, now: datetime, units: int = 1
) -> list[FreeSlot]:
    """All starts inside the window that can be booked for `units`, in order. Raises NotFound(resource).

    The whole service must be open, and free together with its buffers; it may end after the window.
    """
    if _too_many(terms, units) is not None:
        return []
    starts = _starts(timeline.open, timeline.zone, terms, _bookable(terms, window, now))
    held = profile(timeline.tree, timeline.busy, timeline.resource_id)
    levels = _levels(starts, held, terms)
    free = {level: held.free(level) for level in set(levels)}
    duration, resource_id = terms.duration, timeline.resource_id
    return [
        FreeSlot(Span(start, start + duration), left, resource_id)
        for start, level in zip(starts, levels, strict=True)
        if (left := free[level]) >= units
    ]


def why_not(
    timeline: ResourceTimeline, terms: BookingTerms, start: datetime, now: datetime, units: int = 1
) -> Refusal | None:
    """The refusal of a start that `offers` would not give, or None for one that it would. Raises NotFound(resource).

    The first that applies of Invalid(units), TooMany, TooSoon, TooFar, Closed, OffStep and Full.
    """
    span = Span(start, start + terms.duration)
    refusal = _too_many(terms, units) or _out_of_time(terms, start, now)
    if refusal is not None:
        return refusal
    if not timeline.open.covers(span):
        return Closed()
    if not _starts(timeline.open, timeline.zone, terms, Span(start, start + _TICK)):
        return OffStep()
    return full(timeline, terms, span, units)


def full(timeline: ResourceTimeline, terms: BookingTerms, span: Span, units: int = 1) -> Full | None:
    """The refusal of a span of which too little is left, None where enough is. Raises NotFound(resource)."""
    wanted = BusyInterval(timeline.resource_id, terms.occupied(span), units)
    if fits(timeline.tree, timeline.busy, wanted):
        return None
    return Full("resource", timeline.resource_id, in_the_way(timeline.tree, timeline.busy, wanted))


def nearest(
    timeline: ResourceTimeline, terms: BookingTerms, start: datetime, now: datetime, units: int = 1
) -> tuple[Span, ...]:
    """Up to three spans that can be booked, those nearest to a start first, of all that the timeline knows of."""
    if not timeline.open:
        return ()
    known = Span(timeline.open.spans[0].start, timeline.open.spans[-1].end)
    spans = (offer.span for offer in offers(timeline, terms, known, now, units))
    return tuple(nsmallest(3, spans, key=lambda span: abs(span.start - start)))


def _too_many(terms: BookingTerms, units: int) -> Refusal | None:
    if units < 1:
        return Invalid(Fault("units", "not_positive"))
    if terms.most_units is not None and units > terms.most_units:
        return TooMany(terms.most_units)
    return None


def _out_of_time(terms: BookingTerms, start: datetime, now: datetime) -> Refusal | None:
    if start < now + (terms.notice or _NONE):
        return TooSoon()
    if terms.horizon is not None and start > now + terms.horizon:
        return TooFar()
    return None


def _bookable(terms: BookingTerms, window: Span, now: datetime) -> Span:
    """The part of the window that is neither too soon nor too far."""
    end = window.end if terms.horizon is None else min(window.end, now + terms.horizon + _TICK)
    return Span(max(window.start, now + (terms.notice or _NONE)), end)


# Of many resources that are asked about together, most are open at the same hours.
@lru_cache(maxsize=32)
def _starts(open_: Spans, zone: ZoneInfo, terms: BookingTerms, window: Span) -> Sequence[datetime]:
    """The starts on the grid inside the window whose service is open from its start to its end."""
    step, found = terms.step, list[datetime]()
    for span in open_:
        if span.end <= window.start:
            continue
        if span.start >= window.end:
            break
        until = min(window.end, span.end - terms.duration + _TICK)
        for anchor, piece in _grids(span, zone):
            # Rounded up: the first multiples of the step not before these moments.
            first = -((anchor - max(piece.start, window.start)) // step)
            count = -((anchor - min(piece.end, until)) // step) - first
            if count > 0:
                found += accumulate(repeat(step, count - 1), datetime.__add__, initial=anchor + first * step)
    return found


@lru_cache(maxsize=4096)
def _grids(span: Span, zone: ZoneInfo) -> tuple[tuple[datetime, Span], ...]:
    """An open span cut at local midnights and changes of the clock, with the moment each piece counts its steps from.

    After a change the count goes on as the clock on the wall shows it: hence the anchor moves by what the clock did.
    """
    found, start = list[tuple[datetime, Span]](), span.start
    while start < span.end:
        day, _ = wall(start, zone)
        end = min(span.end, instant(day, MINUTES_A_DAY, zone, ends=True))
        anchor, piece = start, start
        for change, jump in shifts(Span(start, end), zone):
            found.append((anchor, Span(piece, change)))
            anchor, piece = anchor - jump, change
        found.append((anchor, Span(piece, end)))
        start = end
    return tuple(found)


def _levels(starts: Sequence[datetime], held: Usage, terms: BookingTerms) -> list[int]:
    """The highest level held during the service and its buffers, for each start."""
    levels = [0] * len(starts)
    behind, ahead = terms.before, terms.duration + terms.after
    for start, end, level in sorted(held.levels, key=itemgetter(2)):
        # Painted from the lowest level to the highest, so that the highest shows.
        first, last = bisect_right(starts, start - ahead), bisect_left(starts, end + behind)
        if first < last:
            levels[first:last] = repeat(level, last - first)
    return levels
