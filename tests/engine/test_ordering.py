"""From places and times to items, and which item becomes which."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.booking import STATES, Item
from kalends.engine.extra import Extra, combined
from kalends.engine.order import Place
from kalends.engine.ordering import Spot, laid_out, paired, verb_to, with_extras_kept
from kalends.engine.refusals import IllegalTransition
from kalends.engine.span import Span
from tests.world import NOW

HOUR = timedelta(hours=1)
PROJECTORS = (Extra(2, resource_id=9),)

places = st.lists(st.integers(1, 4).map(Place), min_size=1, max_size=4)
spans = st.lists(st.integers(0, 6).map(lambda hour: Span(NOW + hour * HOUR, NOW + (hour + 1) * HOUR)), max_size=6)
spots = st.tuples(places, spans.filter(bool)).map(lambda pair: laid_out(*pair))


def item_at(number: int, spot: Spot) -> Item:
    where = {"resource_id": spot.place.resource_id, "starts_at": spot.span.start, "ends_at": spot.span.end}
    values: dict[str, Any] = {**dict.fromkeys(Item.__struct_fields__), "id": number, **where}
    return Item(**values)


def items_at(spots: list[Spot]) -> list[Item]:
    return [item_at(number, spot) for number, spot in enumerate(spots)]


def is_there(item: Item | None, spot: Spot | None) -> bool:
    if item is None or spot is None:
        return False
    return (item.resource_id, item.starts_at, item.ends_at) == (spot.place.resource_id, spot.span.start, spot.span.end)


@given(spots, spots)
def test_pairs_use_every_item_and_every_spot_once(before: list[Spot], after: list[Spot]) -> None:
    pairs = paired(items_at(before), after)
    assert sorted(item.id for item, _ in pairs if item) == list(range(len(before)))
    assert len([spot for _, spot in pairs if spot]) == len(after)
    assert len(pairs) == max(len(before), len(after))


@given(spots, spots)
def test_whoever_is_there_already_stays(before: list[Spot], after: list[Spot]) -> None:
    stay = sum(is_there(item, spot) for item, spot in paired(items_at(before), after))
    known = [(spot.place.resource_id, spot.span) for spot in before]
    wanted = [(spot.place.resource_id, spot.span) for spot in after]
    assert stay == sum(min(known.count(each), wanted.count(each)) for each in set(wanted))


@given(spots)
def test_nothing_moves_when_nothing_is_to_move(wanted: list[Spot]) -> None:
    assert all(is_there(item, spot) for item, spot in paired(items_at(wanted), wanted))


def test_places_keep_what_is_there_unless_they_bring_their_own() -> None:
    present = (Place(1, PROJECTORS), Place(2))
    own = Place(3, (Extra(1, service_id=5),))
    assert with_extras_kept((Place(1), own), present) == (present[0], own)
    assert with_extras_kept((Place(3), Place(2)), present) == (Place(3, PROJECTORS), Place(2))
    assert with_extras_kept((Place(2), Place(4), Place(5)), present) == (Place(2), Place(4, PROJECTORS), Place(5))


def test_equal_extras_are_added_up() -> None:
    mixed = (Extra(1, resource_id=9), Extra(3, service_id=9), Extra(2, resource_id=9))
    assert combined(mixed) == (Extra(3, resource_id=9), Extra(3, service_id=9))


def leads(state: str, wanted: str) -> str | None:
    try:
        return verb_to(state, wanted) or "stay"
    except IllegalTransition:
        return None


@pytest.mark.parametrize("state", STATES)
def test_each_state_leads_where_its_verbs_do(state: str) -> None:
    """To confirmed, draft, cancelled and awaiting_confirmation."""
    over, held = ("reopen", None, None, None), ("confirm", "shelve", "cancel", None)
    expected = {
        "draft": ("confirm", "stay", "cancel", None),
        "confirmed": ("stay", "shelve", "cancel", None),
        "awaiting_confirmation": (*held[:3], "stay"),
        "verification_expired": over,
        "declined": over,
        "cancelled": ("reopen", None, "stay", None),
        "deleted": 4 * (None,),
    }.get(state, held)
    assert (
        tuple(leads(state, each) for each in ("confirmed", "draft", "cancelled", "awaiting_confirmation")) == expected
    )


def test_a_spot_is_a_place_at_a_time() -> None:
    span = Span(NOW, NOW + HOUR)
    later = Span(NOW + HOUR, NOW + 2 * HOUR)
    found = laid_out((Place(1), Place(2)), (later, span))
    assert [msgspec.structs.astuple(spot) for spot in found] == [
        (Place(place), at) for at in (span, later) for place in (1, 2)
    ]
