"""The times of a resource that can be booked: open and free starts on a grid.

The grid counts in steps of wall time. It begins where an open span begins, and again at midnight in a span that passes
midnight, so it does not depend on the window of the query.

    open    09:00 ----------------- 12:00       step 30 min, duration 1 h
    claimed             10:30 - 11:00
    offered 09:00 09:30             11:00
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate, repeat
from operator import itemgetter
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.availability.capacity import BusyInterval, Node, Usage, fits, in_the_way, usage_of
from kalends.engine.refusals import Closed, Fault, Full, Invalid, OffStep, Refusal, TooFar, TooMany, TooSoon
from kalends.engine.time.clock import MINUTES_A_DAY, day_span, instant, shifts, wall
from kalends.engine.time.span import Span, Spans

_TICK = timedelta(microseconds=1)
_ZERO = timedelta()


class BookingTerms(msgspec.Struct, frozen=True):
    """The terms on which a service can be booked.

    `before` and `after` are buffers, which must be free but need not be open. A start must be at least `notice` and at
    most `horizon` from now; one booking has at most `most_units`. None is no limit. One unit of the service takes
    `resource_units` of the resource.
    Raises Invalid(duration, step: not_positive; before, after: negative).
    """

    duration: timedelta
    step: timedelta
    before: timedelta = _ZERO
    after: timedelta = _ZERO
    notice: timedelta | None = None
    horizon: timedelta | None = None
    most_units: int | None = None
    resource_units: int = 1

    def __post_init__(self) -> None:
        faults = [Fault(name, "not_positive") for name in ("duration", "step") if getattr(self, name) <= _ZERO]
        faults += [Fault(name, "negative") for name in ("before", "after") if getattr(self, name) < _ZERO]
        if faults:
            raise Invalid(*faults)

    def occupied(self, span: Span) -> Span:
        """The span with the buffers around it: what a claim occupies."""
        return span.widen(self.before, self.after)


class ResourceTimeline(msgspec.Struct, frozen=True):
    """A resource with its open spans and the busy intervals of its tree.

    `open` and `busy` must cover the `lookup_window`; busy intervals include their own buffers.
    """

    resource_id: int
    zone: ZoneInfo
    open: Spans
    tree: Sequence[Node]
    busy: Sequence[BusyInterval]


class FreeSlot(msgspec.Struct, frozen=True, gc=False):
    """A span that can be booked, without buffers, and the number of units that are free."""

    span: Span
    free: int
    resource_id: int


def lookup_window(terms: BookingTerms, window: Span, zone: ZoneInfo) -> Span:
    """The span for which open spans and busy intervals must be loaded to compute the offers of a window."""
    first, _ = wall(window.start, zone)
    last, _ = wall(window.end + terms.duration, zone)
    return terms.occupied(Span(day_span(first, zone).start, day_span(last, zone).end))


def list_free_slots(
    timeline: ResourceTimeline, terms: BookingTerms, window: Span, now: datetime, units: int = 1
) -> list[FreeSlot]:
    """All free slots for `units` that start inside the window, in order. Raises NotFound(resource).

    A slot is open from start to end, and free including its buffers; it may end after the window.
    """
    if _units_refusal(terms, units) is not None:
        return []
    starts = _starts(timeline.open, timeline.zone, terms, _bookable_part(terms, window, now))
    duration, resource_id, needed = terms.duration, timeline.resource_id, units * terms.resource_units
    return [
        FreeSlot(Span(start, start + duration), free // terms.resource_units, resource_id)
        for start, free in zip(starts, free_units_at(timeline, terms, starts), strict=True)
        if free >= needed
    ]


def free_units_at(timeline: ResourceTimeline, terms: BookingTerms, starts: Sequence[datetime]) -> list[int]:
    """For each of these starts, in order, how many units of the resource are free for the service and its buffers.

    Raises NotFound(resource).
    """
    usage = usage_of(timeline.tree, timeline.busy, timeline.resource_id)
    levels = _levels(starts, usage, terms)
    free_at_level = {level: usage.free(level) for level in set(levels)}
    return [free_at_level[level] for level in levels]


def count_starts(timeline: ResourceTimeline, terms: BookingTerms, window: Span, now: datetime) -> int:
    """How many free slots a window can have at most: its starts on the grid while the resource is open, free or not."""
    runs = _runs(timeline.open, timeline.zone, terms, _bookable_part(terms, window, now))
    return sum(count for _, count in runs)


def booking_refusal(
    timeline: ResourceTimeline, terms: BookingTerms, start: datetime, now: datetime, units: int = 1
) -> Refusal | None:
    """Why a start can't be booked; None if it can: the first of `booking_refusals`. Raises NotFound(resource)."""
    return next(booking_refusals(timeline, terms, start, now, units), None)


def booking_refusals(
    timeline: ResourceTimeline, terms: BookingTerms, start: datetime, now: datetime, units: int = 1
) -> Iterator[Refusal]:
    """All reasons why a start can't be booked; none if it can. Raises NotFound(resource).

    They are those that apply of Invalid(units: not_positive), TooMany, TooSoon, TooFar, Closed, OffStep and Full, in
    this order. What is closed has no steps.
    """
    span = Span(start, start + terms.duration)
    for refusal in (_units_refusal(terms, units), _time_refusal(terms, start, now)):
        if refusal is not None:
            yield refusal
    if not timeline.open.covers(span):
        yield Closed()
    elif not _starts(timeline.open, timeline.zone, terms, Span(start, start + _TICK)):
        yield OffStep()
    full = full_refusal(timeline, terms, span, units)
    if full is not None:
        yield full


def full_refusal(timeline: ResourceTimeline, terms: BookingTerms, span: Span, units: int = 1) -> Full | None:
    """Full if fewer than `units` are free for the span and its buffers, else None. Raises NotFound(resource)."""
    requested = BusyInterval(timeline.resource_id, terms.occupied(span), units * terms.resource_units)
    if fits(timeline.tree, timeline.busy, requested):
        return None
    return Full("resource", timeline.resource_id, in_the_way(timeline.tree, timeline.busy, requested))


def nearest(
    timeline: ResourceTimeline, terms: BookingTerms, start: datetime, now: datetime, units: int = 1
) -> list[Span]:
    """The spans of the timeline that can be booked, the nearest to `start` first. Raises NotFound(resource)."""
    if not timeline.open:
        return []
    window = Span(timeline.open.spans[0].start, timeline.open.spans[-1].end)
    spans = (slot.span for slot in list_free_slots(timeline, terms, window, now, units))
    return sorted(spans, key=lambda span: abs(span.start - start))


def _units_refusal(terms: BookingTerms, units: int) -> Refusal | None:
    if units < 1:
        return Invalid(Fault("units", "not_positive"))
    if terms.most_units is not None and units > terms.most_units:
        return TooMany(terms.most_units)
    return None


def _time_refusal(terms: BookingTerms, start: datetime, now: datetime) -> Refusal | None:
    if start < now + (terms.notice or _ZERO):
        return TooSoon()
    if terms.horizon is not None and start > now + terms.horizon:
        return TooFar()
    return None


def _bookable_part(terms: BookingTerms, window: Span, now: datetime) -> Span:
    """The part of the window that is neither too soon nor too far."""
    end = window.end if terms.horizon is None else min(window.end, now + terms.horizon + _TICK)
    return Span(max(window.start, now + (terms.notice or _ZERO)), end)


# Cached because most resources of a query have the same opening hours.
@lru_cache(maxsize=32)
def _starts(open_: Spans, zone: ZoneInfo, terms: BookingTerms, window: Span) -> Sequence[datetime]:
    """The starts on the grid, inside the window, at which the resource is open for the whole duration."""
    starts = list[datetime]()
    for first, count in _runs(open_, zone, terms, window):
        starts += accumulate(repeat(terms.step, count - 1), datetime.__add__, initial=first)
    return starts


def _runs(open_: Spans, zone: ZoneInfo, terms: BookingTerms, window: Span) -> Iterator[tuple[datetime, int]]:
    """The same starts as runs of steps: the first start of each, and how many there are."""
    step = terms.step
    for span in open_:
        if span.end <= window.start:
            continue
        if span.start >= window.end:
            break
        until = min(window.end, span.end - terms.duration + _TICK)
        for anchor, piece in _grid_pieces(span, zone):
            # Ceiling division, by negating twice: the first multiples of the step not before these instants.
            first = -((anchor - max(piece.start, window.start)) // step)
            count = -((anchor - min(piece.end, until)) // step) - first
            if count > 0:
                yield anchor + first * step, count


@lru_cache(maxsize=4096)
def _grid_pieces(span: Span, zone: ZoneInfo) -> tuple[tuple[datetime, Span], ...]:
    """An open span cut at local midnights and clock changes: for each piece the anchor of its grid, and its span.

    Steps are wall time, so after a clock change the grid continues from an anchor that is shifted by as much.
    """
    pieces, start = list[tuple[datetime, Span]](), span.start
    while start < span.end:
        day, _ = wall(start, zone)
        end = min(span.end, instant(day, MINUTES_A_DAY, zone, ends=True))
        anchor = piece_start = start
        for change, shift in shifts(Span(start, end), zone):
            pieces.append((anchor, Span(piece_start, change)))
            anchor, piece_start = anchor - shift, change
        pieces.append((anchor, Span(piece_start, end)))
        start = end
    return tuple(pieces)


def _levels(starts: Sequence[datetime], usage: Usage, terms: BookingTerms) -> list[int]:
    """For each start, the highest level of usage during the service and its buffers."""
    levels = [0] * len(starts)
    before, after = terms.before, terms.duration + terms.after
    # From the lowest level to the highest, so that the highest is the last to be written.
    for start, end, level in sorted(usage.levels, key=itemgetter(2)):
        first, until = bisect_right(starts, start - after), bisect_left(starts, end + before)
        if first < until:
            levels[first:until] = repeat(level, until - first)
    return levels
