"""When a resource is busy: its claims, those of its parts and of its whole, as one line of time."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.availability.busy_spans import BusySpan, busy_spans
from kalends.engine.availability.capacity import BusyInterval, Node, free_units, usage_of
from kalends.engine.time.span import Span
from tests.engine.oracles import span

HALL = (Node(1, None, 2), Node(2, 1, 2), Node(3, 1, 1))
MORNING = span(0, 240)

loads = st.builds(
    lambda resource_id, start, length, units: BusyInterval(resource_id, span(start, start + length), units),
    st.sampled_from([1, 2, 3]),
    st.integers(-60, 240),
    st.integers(1, 90),
    st.integers(1, 2),
)


def busy(tree: tuple[Node, ...], *claims: BusyInterval, resource_id: int = 1) -> list[BusySpan]:
    return busy_spans(usage_of(tree, claims, resource_id), MORNING)


def test_what_touches_is_one_time() -> None:
    alone = (Node(1, None, 1),)
    claims = BusyInterval(1, span(60, 90), 1), BusyInterval(1, span(90, 120), 1), BusyInterval(1, span(230, 300), 1)
    assert busy(alone, *claims) == [BusySpan(span(60, 120), 0), BusySpan(span(230, 240), 0)]


def test_the_units_that_are_left_are_told() -> None:
    boat = (Node(1, None, 3),)
    claims = BusyInterval(1, span(0, 60), 1), BusyInterval(1, span(30, 90), 2)
    assert busy(boat, *claims) == [BusySpan(span(0, 30), 2), BusySpan(span(30, 60), 0), BusySpan(span(60, 90), 1)]


def test_a_whole_is_busy_with_its_parts_and_a_part_with_its_whole() -> None:
    claims = BusyInterval(3, span(0, 60), 1), BusyInterval(1, span(60, 90), 1)
    assert busy(HALL, *claims) == [BusySpan(span(0, 60), 0), BusySpan(span(60, 90), 1)]
    assert busy(HALL, *claims, resource_id=2) == [BusySpan(span(60, 90), 1)]


@given(st.lists(loads, max_size=12), st.sampled_from([1, 2, 3]))
def test_at_every_minute_as_much_is_left_as_is_free(claims: list[BusyInterval], resource_id: int) -> None:
    spans = busy(HALL, *claims, resource_id=resource_id)
    assert all(one.span.end <= other.span.start for one, other in pairwise(spans))
    capacity = HALL[resource_id - 1].capacity
    for minute in range(240):
        moment = span(minute, minute + 1)
        left = next((each.free for each in spans if each.span.overlaps(moment)), capacity)
        assert left == free_units(HALL, claims, resource_id, Span(moment.start, moment.end))
