"""When a resource is occupied, and how much of it is left then."""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import pairwise

import msgspec

from kalends.engine.availability.capacity import Usage
from kalends.engine.time.span import Span


class BusyQuery(msgspec.Struct, frozen=True):
    """The busy times of these resources (None: all in use), at this site (None: any), in a window."""

    window: Span
    resource_ids: tuple[int, ...] | None = None
    site_id: int | None = None


class BusySpan(msgspec.Struct, frozen=True):
    """A time in which something of a resource, of its parts or of its whole is taken, and the units still free."""

    span: Span
    free: int


def busy_spans(usage: Usage, window: Span) -> list[BusySpan]:
    """The busy times of a resource inside a window, in order; those that touch have different numbers of free units."""
    joined: list[BusySpan] = []
    for busy in _pieces(usage, window):
        last = joined[-1] if joined else None
        if last and last.span.end == busy.span.start and last.free == busy.free:
            joined[-1] = BusySpan(Span(last.span.start, busy.span.end), busy.free)
        else:
            joined.append(busy)
    return joined


def _pieces(usage: Usage, window: Span) -> Iterator[BusySpan]:
    """The busy times, cut wherever a level begins or ends. Where levels overlap, the highest counts."""
    levels = sorted(
        (max(start, window.start), min(end, window.end), level)
        for start, end, level in usage.levels
        if start < window.end and window.start < end
    )
    cuts = sorted({moment for start, end, _ in levels for moment in (start, end)})
    current: list[tuple[int, int]] = []  # the levels that have begun, the highest first, by their place in `levels`
    begun = 0
    for start, end in pairwise(cuts):
        while begun < len(levels) and levels[begun][0] <= start:
            heappush(current, (-levels[begun][2], begun))
            begun += 1
        while current and levels[current[0][1]][1] <= start:
            heappop(current)
        if current:
            yield BusySpan(Span(start, end), usage.free(-current[0][0]))
