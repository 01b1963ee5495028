"""The names of events, and which patterns name them."""

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.bookings.change_set import Change
from kalends.engine.messages.events import event_of, matches
from tests.world import NOW


def change(kind: str, verb: str, after: dict[str, object] | None = None) -> Change:
    return Change("1-1", NOW, "key:1", "front", verb, kind, 7, 1, {}, {"title": "x"} if after is None else after)


@pytest.mark.parametrize(
    ("kind", "verb", "event"),
    [
        ("item", "create", "item.created"),
        ("item", "verify", "item.verified"),
        ("item", "confirm", "item.confirmed"),
        ("item", "reopen", "item.confirmed"),
        ("item", "expire", "item.expired"),
        ("item", "status", "item.changed"),
        ("customer", "remove", "customer.deleted"),
        ("resource", "add", "resource.created"),
    ],
)
def test_an_event_is_what_has_happened_to_a_kind_of_record(kind: str, verb: str, event: str) -> None:
    assert event_of(change(kind, verb)) == event


def test_what_nobody_may_see_is_no_event() -> None:
    assert event_of(change("item", "send_code", {})) is None


@pytest.mark.parametrize(
    ("pattern", "event", "is_named"),
    [
        ("item.created", "item.created", True),
        ("Item.Created", "item.created", True),
        ("item.*", "item.created", True),
        ("*.created", "customer.created", True),
        ("*", "customer.created", True),
        ("**", "customer.created", True),
        ("item.c*d", "item.confirmed", True),
        ("item", "item.created", False),
        ("item.*", "items.created", False),
        ("*.deleted", "item.created", False),
        ("item.created*d", "item.created", False),
        ("a*a", "a", False),
    ],
)
def test_an_asterisk_stands_for_any_characters(pattern: str, event: str, is_named: bool) -> None:
    assert matches([pattern], event) == is_named


@given(st.text("ab.*", min_size=1, max_size=8), st.text("ab.", min_size=1, max_size=8))
def test_patterns_are_as_in_a_shell(pattern: str, event: str) -> None:
    assert matches([pattern], event) == fnmatch.fnmatchcase(event, pattern)


def test_no_pattern_takes_for_ever() -> None:
    """A search that went back to each asterisk would not end in this life."""
    assert not matches(["*a" * 25], "a" * 24 + "b")
