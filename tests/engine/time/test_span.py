from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.time.span import Span, Spans
from tests.engine.oracles import at, length, minutes, span, spans

# A short hour, so that many of them meet and touch.
some = st.lists(spans(12), max_size=6)


def test_spans_that_only_touch_do_not_overlap() -> None:
    assert not span(0, 30).overlaps(span(30, 60))
    assert span(0, 31).overlaps(span(30, 60))


def test_an_empty_span_overlaps_nothing() -> None:
    assert not span(10, 10).overlaps(span(0, 60))
    assert not span(0, 60).overlaps(span(10, 10))


def test_buffers_widen_a_span() -> None:
    hour = span(60, 120)
    assert hour.duration == timedelta(hours=1)
    assert hour.widen(timedelta(minutes=10), timedelta(minutes=5)) == span(50, 125)


@given(spans(12), spans(12))
def test_two_spans_overlap_where_they_share_a_minute(one: Span, other: Span) -> None:
    shared = minutes([one]) & minutes([other])
    both = one.intersection(other)
    assert one.overlaps(other) == bool(shared)
    assert minutes([both] if both else []) == shared


@given(some)
def test_a_set_of_spans_is_kept_sorted_apart_and_without_empty_ones(spans_in: list[Span]) -> None:
    kept = list(Spans.of(spans_in))
    assert minutes(kept) == minutes(spans_in)
    assert all(span.start < span.end for span in kept)
    assert all(before.end < after.start for before, after in pairwise(kept))


@given(some, some)
def test_spans_behave_like_sets_of_minutes(left: list[Span], right: list[Span]) -> None:
    a, b = Spans.of(left), Spans.of(right)
    assert minutes(a | b) == minutes(a) | minutes(b)
    assert minutes(a & b) == minutes(a) & minutes(b)
    assert minutes(a - b) == minutes(a) - minutes(b)


@given(some, some)
def test_what_the_algebra_gives_is_in_normal_form(left: list[Span], right: list[Span]) -> None:
    a, b = Spans.of(left), Spans.of(right)
    for made in (a | b, a & b, a - b):
        assert made == Spans.of(made)


@given(some, spans(12))
def test_a_set_covers_a_span_when_no_minute_of_it_is_missing(spans_in: list[Span], span: Span) -> None:
    assert Spans.of(spans_in).covers(span) == (minutes([span]) <= minutes(spans_in))


@given(some, st.integers(0, 12))
def test_the_span_around_an_instant_is_the_one_that_holds_it(spans_in: list[Span], minute: int) -> None:
    kept = Spans.of(spans_in)
    assert kept.around(at(minute)) == next((span for span in kept if span.start <= at(minute) < span.end), None)


@given(some)
def test_the_length_of_a_set_counts_no_minute_twice(spans_in: list[Span]) -> None:
    kept = Spans.of(spans_in)
    assert length(kept) == timedelta(minutes=len(minutes(spans_in)))
    assert bool(kept) == (len(kept) > 0) == bool(minutes(spans_in))
