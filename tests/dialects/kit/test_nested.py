"""Nested parameters of forms."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.dialects.kit.nested import array_values, keyed_array, nest
from kalends.web.problems import Malformed

NAMES = st.text("abc", min_size=1, max_size=3)
TREES = st.recursive(
    st.text(max_size=3),
    lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3) | st.lists(st.text(max_size=3), min_size=1),
    max_leaves=8,
)


def flat(tree: Any, name: str) -> list[tuple[str, str]]:
    """The oracle: how a client writes a tree."""
    if isinstance(tree, dict):
        return [pair for key, value in tree.items() for pair in flat(value, f"{name}[{key}]" if name else key)]
    if isinstance(tree, list):
        return [(f"{name}[]", value) for value in tree]
    return [(name, tree)]


@given(st.dictionaries(NAMES, TREES, max_size=3))
def test_what_was_written_is_read(tree: dict[str, Any]) -> None:
    assert nest(flat(tree, "")) == tree


@given(st.lists(st.tuples(st.text("ab[]=", max_size=12), st.text(max_size=2))), st.booleans())
def test_no_names_are_too_strange(pairs: list[tuple[str, str]], gather: bool) -> None:
    try:
        nested = nest(pairs, gather=gather)
    except Malformed:
        return
    assert isinstance(nested, dict)
    assert bool(nested) == bool(pairs)


def test_plain_keys_replace_or_gather() -> None:
    assert nest([("a", "1"), ("a", "2")]) == {"a": "2"}
    assert nest([("a", "1"), ("a", "2"), ("a", "3")], gather=True) == {"a": ["1", "2", "3"]}
    assert nest([("a", "1"), ("a[]", "2")], gather=True) == {"a": ["1", "2"]}


def test_lists_of_objects() -> None:
    pairs = [("a[][x]", "1"), ("a[][y]", "2"), ("a[][x]", "3")]
    assert nest(pairs) == {"a": [{"x": "1", "y": "2"}, {"x": "3"}]}


def test_brackets_that_do_not_match_are_letters() -> None:
    assert nest([("a[b", "1"), ("]", "2"), ("[c]", "3"), ("", "4")]) == {"a[b": "1", "]": "2", "[c]": "3", "": "4"}


@pytest.mark.parametrize(
    "names", [("a", "a[b]"), ("a[b]", "a"), ("a[]", "a[b]"), ("a[b]", "a[]"), ("a[][]",), ("a" + "[b]" * 16,)]
)
def test_contradictions(names: tuple[str, ...]) -> None:
    with pytest.raises(Malformed):
        nest([(name, "1") for name in names])


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ([("a", "1")], ["1"]),
        ([("a[]", "1"), ("a[]", "2")], ["1", "2"]),
        ([("a[10]", "2"), ("a[9]", "1")], ["1", "2"]),
        ([("a[x]", "1")], [{"x": "1"}]),
        ([("a[1][x]", "2"), ("a[0][x]", "1")], [{"x": "1"}, {"x": "2"}]),
        ([("a", "")], []),
        ([], []),
    ],
)
def test_an_array_is_a_list_however_it_is_numbered(query: list[tuple[str, str]], values: list[Any]) -> None:
    assert array_values(nest(query).get("a")) == values


def test_a_number_that_is_none_is_a_name() -> None:
    assert [array_values({name: 1}) for name in ("\u0661", "-1", "9" * 5000)] == [
        [{name: 1}] for name in ("\u0661", "-1", "9" * 5000)
    ]


def test_an_array_with_keys_may_come_empty_as_a_list() -> None:
    nothing: tuple[Any, ...] = ([], {}, "", None)
    assert keyed_array({"a": 1}) == {"a": 1}
    assert [keyed_array(value) for value in nothing] == [{}] * 4
    something: tuple[Any, ...] = ([1], "a", 0, 1.5, False)
    assert [keyed_array(value) for value in something] == [None] * 5
