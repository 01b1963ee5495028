"""Half-open intervals of time, and sets of them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from operator import attrgetter

import msgspec

_start = attrgetter("start")


# gc=False: it holds only datetimes, which can't form reference cycles, and there are thousands of them.
class Span(msgspec.Struct, frozen=True, order=True, gc=False):
    """The instants from `start` up to, not including, `end`. Empty if `end <= start`.

    Both are in UTC: in any other zone, Python adds and subtracts wall time instead of elapsed time.
    """

    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        """Elapsed time from start to end."""
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """Whether the spans have an instant in common. Spans that only touch do not overlap, nor does an empty one."""
        return max(self.start, other.start) < min(self.end, other.end)

    def intersection(self, other: "Span") -> "Span | None":
        """The instants in both spans, None if there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def widen(self, before: timedelta, after: timedelta) -> "Span":
        """The span with a buffer added on either side."""
        return Span(self.start - before, self.end + after)


class Spans(msgspec.Struct, frozen=True):
    """A set of instants, as sorted spans that neither overlap nor touch. Create it with `Spans.of`."""

    spans: tuple[Span, ...] = ()

    @staticmethod
    def of(spans: Iterable[Span]) -> "Spans":
        """The union of spans in any order. Empty spans are dropped, touching ones joined."""
        return Spans(tuple(_merged(sorted(spans, key=_start))))

    def __iter__(self) -> Iterator[Span]:
        return iter(self.spans)

    def __len__(self) -> int:
        return len(self.spans)

    def __or__(self, other: "Spans") -> "Spans":
        # Python's sort merges two sorted runs in linear time.
        return Spans.of(self.spans + other.spans)

    def __and__(self, other: "Spans") -> "Spans":
        return Spans(tuple(_intersections(self.spans, other.spans)))

    def __sub__(self, other: "Spans") -> "Spans":
        return Spans(tuple(_differences(self.spans, other.spans)))

    def around(self, instant: datetime) -> Span | None:
        """The span that contains the instant, or None."""
        index = bisect_right(self.spans, instant, key=_start) - 1
        return self.spans[index] if index >= 0 and instant < self.spans[index].end else None

    def covers(self, span: Span) -> bool:
        """Whether every instant of the span is in the set."""
        if span.end <= span.start:
            return True
        containing = self.around(span.start)
        return containing is not None and span.end <= containing.end


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


def _intersections(left: tuple[Span, ...], right: tuple[Span, ...]) -> Iterator[Span]:
    left_index = right_index = 0
    while left_index < len(left) and right_index < len(right):
        intersection = left[left_index].intersection(right[right_index])
        if intersection is not None:
            yield intersection
        if left[left_index].end <= right[right_index].end:
            left_index += 1
        else:
            right_index += 1


def _differences(spans: tuple[Span, ...], removed: tuple[Span, ...]) -> Iterator[Span]:
    first = 0  # The first removed span that can still overlap.
    for span in spans:
        start = span.start
        while first < len(removed) and removed[first].end <= start:
            first += 1
        index = first
        while index < len(removed) and removed[index].start < span.end:
            if start < removed[index].start:
                yield Span(start, removed[index].start)
            start = removed[index].end
            index += 1
        first = max(first, index - 1)
        if start < span.end:
            yield Span(start, span.end)
