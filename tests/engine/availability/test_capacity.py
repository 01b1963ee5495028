import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.engine.availability.capacity import BusyInterval, Node, fits, free_units, in_the_way
from kalends.engine.refusals import NotFound
from tests.engine.oracles import lawful, span, spans

HALL, HALF_A, HALF_B, STAGE = 1, 2, 3, 4
TREE = (Node(HALL, None, 1), Node(HALF_A, HALL, 1), Node(HALF_B, HALL, 1), Node(STAGE, HALF_A, 1))
MORNING, NOON, ALL_DAY = span(0, 60), span(60, 120), span(0, 120)


def test_a_booked_whole_blocks_its_parts() -> None:
    busy = [BusyInterval(HALL, MORNING, 1)]
    assert [free_units(TREE, busy, part, MORNING) for part in (HALF_A, HALF_B, STAGE)] == [0, 0, 0]
    assert free_units(TREE, busy, STAGE, NOON) == 1


def test_a_booked_part_blocks_the_whole_but_not_its_sibling() -> None:
    busy = [BusyInterval(STAGE, MORNING, 1)]
    assert [free_units(TREE, busy, part, MORNING) for part in (HALL, HALF_A, HALF_B)] == [0, 0, 1]


def test_parts_booked_one_after_the_other_do_not_add_up() -> None:
    hall = (Node(HALL, None, 4), Node(HALF_A, HALL, 1), Node(HALF_B, HALL, 2))
    busy = [BusyInterval(HALF_B, MORNING, 1), BusyInterval(HALF_B, NOON, 1)]
    assert free_units(hall, busy, HALL, ALL_DAY) == 2


def test_what_is_booked_on_two_floors_of_one_path_adds_up() -> None:
    house = (Node(1, None, 2), Node(2, 1, 2), Node(3, 2, 2))
    busy = [BusyInterval(2, MORNING, 1), BusyInterval(3, MORNING, 1)]
    assert [free_units(house, busy, floor, MORNING) for floor in (1, 2, 3)] == [0, 0, 0]


def test_half_of_the_seats_leaves_half_of_each_part() -> None:
    boat = (Node(1, None, 10), Node(2, 1, 4), Node(3, 1, 3))
    assert free_units(boat, [BusyInterval(1, MORNING, 5)], 2, MORNING) == 2
    assert free_units(boat, [BusyInterval(1, MORNING, 5)], 3, MORNING) == 1


def test_an_override_makes_the_rest_full_and_never_less_than_empty() -> None:
    seats = (Node(1, None, 2),)
    assert free_units(seats, [BusyInterval(1, MORNING, 5)], 1, MORNING) == 0
    assert not fits(seats, [BusyInterval(1, MORNING, 5)], BusyInterval(1, MORNING, 1))


def test_three_projectors_are_three_at_any_one_time() -> None:
    projectors = (Node(1, None, 3),)
    busy = [BusyInterval(1, MORNING, 2), BusyInterval(1, NOON, 3)]
    assert fits(projectors, busy, BusyInterval(1, MORNING, 1))
    assert not fits(projectors, busy, BusyInterval(1, ALL_DAY, 1))


def test_a_resource_of_no_capacity_holds_nothing() -> None:
    assert free_units((Node(1, None, 0),), [], 1, MORNING) == 0
    closed = (Node(1, None, 0), Node(2, 1, 3), Node(3, 2, 1))
    assert [free_units(closed, [], part, MORNING) for part in (2, 3)] == [0, 0]


def test_a_part_of_no_capacity_takes_nothing_from_the_whole() -> None:
    assert free_units((Node(1, None, 5), Node(2, 1, 0)), [], 1, MORNING) == 5


def test_in_the_way_are_the_loads_of_the_whole_and_of_the_parts_but_not_of_siblings() -> None:
    busy = [
        BusyInterval(STAGE, span(30, 60), 1),
        BusyInterval(HALL, span(0, 30), 1),
        BusyInterval(HALF_B, MORNING, 1),
        BusyInterval(9, MORNING, 1),
    ]
    assert in_the_way(TREE, busy, BusyInterval(HALF_A, MORNING, 1)) == (span(0, 30), span(30, 60))
    assert in_the_way(TREE, busy, BusyInterval(HALF_A, span(60, 90), 1)) == ()


def test_a_resource_outside_the_tree_is_not_found() -> None:
    with pytest.raises(NotFound):
        free_units(TREE, [], 99, MORNING)


@st.composite
def trees(draw: st.DrawFn, least: int = 0) -> tuple[Node, ...]:
    size = draw(st.integers(1, 6))
    parents = [None, *(draw(st.integers(0, child - 1)) for child in range(1, size))]
    return tuple(Node(child, parent, draw(st.integers(least, 4))) for child, parent in enumerate(parents))


def intervals_on(tree: tuple[Node, ...]) -> st.SearchStrategy[BusyInterval]:
    return st.builds(BusyInterval, st.integers(0, len(tree) - 1), spans(12), st.integers(1, 3))


@settings(max_examples=200)
@given(st.data())
def test_the_free_units_fit_and_one_more_does_not(data: st.DataObject) -> None:
    tree = data.draw(trees())
    busy = data.draw(st.lists(intervals_on(tree), max_size=6))
    requested = data.draw(intervals_on(tree).filter(lambda interval: bool(interval.span.duration)))
    free = free_units(tree, busy, requested.resource_id, requested.span)
    assert free == 0 or lawful(tree, busy, BusyInterval(requested.resource_id, requested.span, free))
    assert not lawful(tree, busy, BusyInterval(requested.resource_id, requested.span, free + 1))
    assert fits(tree, busy, requested) == lawful(tree, busy, requested)


@given(st.data())
def test_when_nothing_is_in_the_way_all_of_it_is_free(data: st.DataObject) -> None:
    tree = data.draw(trees(least=1))
    busy = data.draw(st.lists(intervals_on(tree), max_size=6))
    requested = data.draw(intervals_on(tree).filter(lambda interval: bool(interval.span.duration)))
    free = free_units(tree, busy, requested.resource_id, requested.span)
    blocked = free < tree[requested.resource_id].capacity
    assert blocked == bool(in_the_way(tree, busy, requested))
