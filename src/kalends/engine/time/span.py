"""Half-open spans of time, and sets of them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from operator import attrgetter

import msgspec

_start = attrgetter("start")


# Holds nothing but instants, so it can't be part of a cycle: the collector need not visit the thousands of them.
class Span(msgspec.Struct, frozen=True, order=True, gc=False):
    """The instants from `start` up to, not including, `end`; both in UTC. Empty when `end <= start`.

    In UTC, because Python adds and subtracts within any other zone by the wall clock, not by the stopwatch.
    """

    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        """Exact length, as a stopwatch measures it."""
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """Whether some instant lies in both; spans that only touch do not overlap, nor does an empty one."""
        return max(self.start, other.start) < min(self.end, other.end)

    def intersection(self, other: "Span") -> "Span | None":
        """The instants in both, or None when there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def widen(self, before: timedelta, after: timedelta) -> "Span":
        """The span with a buffer added on either side."""
        return Span(self.start - before, self.end + after)


class Spans(msgspec.Struct, frozen=True):
    """A set of instants as sorted, disjoint, not even touching spans; make one with `Spans.of`."""

    spans: tuple[Span, ...] = ()

    @staticmethod
    def of(spans: Iterable[Span]) -> "Spans":
        """The instants in any of the spans, given in any order; empty ones vanish, touching ones become one."""
        return Spans(tuple(_merged(sorted(spans, key=_start))))

    def __iter__(self) -> Iterator[Span]:
        return iter(self.spans)

    def __len__(self) -> int:
        return len(self.spans)

    def __or__(self, other: "Spans") -> "Spans":
        # Sorting two sorted runs is one linear merge.
        return Spans.of(self.spans + other.spans)

    def __and__(self, other: "Spans") -> "Spans":
        return Spans(tuple(_shared(self.spans, other.spans)))

    def __sub__(self, other: "Spans") -> "Spans":
        return Spans(tuple(_remaining(self.spans, other.spans)))

    def around(self, instant: datetime) -> Span | None:
        """The one span that the instant lies in, or None."""
        at = bisect_right(self.spans, instant, key=_start) - 1
        return self.spans[at] if at >= 0 and instant < self.spans[at].end else None

    def covers(self, span: Span) -> bool:
        """Whether every instant of the span is in the set."""
        if span.end <= span.start:
            return True
        home = self.around(span.start)
        return home is not None and span.end <= home.end


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for span in spans:
        if span.end <= span.start:
            continue
        if current is None:
            current = span
        elif span.start > current.end:
            yield current
            current = span
        elif span.end > current.end:
            current = Span(current.start, span.end)
    if current is not None:
        yield current


def _shared(left: tuple[Span, ...], right: tuple[Span, ...]) -> Iterator[Span]:
    at = other = 0
    while at < len(left) and other < len(right):
        both = left[at].intersection(right[other])
        if both is not None:
            yield both
        if left[at].end <= right[other].end:
            at += 1
        else:
            other += 1


def _remaining(kept: tuple[Span, ...], taken: tuple[Span, ...]) -> Iterator[Span]:
    at = 0
    for span in kept:
        start = span.start
        while at < len(taken) and taken[at].end <= start:
            at += 1
        ahead = at
        while ahead < len(taken) and taken[ahead].start < span.end:
            if start < taken[ahead].start:
                yield Span(start, taken[ahead].start)
            start = taken[ahead].end
            ahead += 1
        at = max(at, ahead - 1)
        if start < span.end:
            yield Span(start, span.end)
