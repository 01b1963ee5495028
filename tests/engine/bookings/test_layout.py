"""From resources and times to lines, and which item becomes which."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_booking import verb_to
from kalends.engine.bookings.layout import PlannedTime, layout, lines_at, match_items, with_extras_kept
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.states import STATES
from kalends.engine.catalog.extra import Extra, combined
from kalends.engine.refusals import IllegalTransition
from kalends.engine.time.span import Span
from tests.world import NOW

HOUR = timedelta(hours=1)
PROJECTORS = (Extra(2, resource_id=9),)

resources = st.lists(st.integers(1, 4).map(RequestedResource), min_size=1, max_size=4)
spans = st.lists(st.integers(0, 6).map(lambda hour: Span(NOW + hour * HOUR, NOW + (hour + 1) * HOUR)), max_size=6)
plans = st.tuples(resources, spans.filter(bool)).map(lambda pair: layout(*pair))


def item_at(number: int, planned: PlannedTime) -> Item:
    at = {"starts_at": planned.span.start, "ends_at": planned.span.end}
    where = {"resource_id": planned.resource.resource_id, **at}
    values: dict[str, Any] = {**dict.fromkeys(Item.__struct_fields__), "id": number, **where}
    return Item(**values)


def items_at(plan: list[PlannedTime]) -> list[Item]:
    return [item_at(number, planned) for number, planned in enumerate(plan)]


def is_there(item: Item | None, planned: PlannedTime | None) -> bool:
    if item is None or planned is None:
        return False
    there = planned.resource.resource_id, planned.span.start, planned.span.end
    return (item.resource_id, item.starts_at, item.ends_at) == there


@given(plans, plans)
def test_pairs_use_every_item_and_every_time_once(before: list[PlannedTime], after: list[PlannedTime]) -> None:
    pairs = match_items(items_at(before), after)
    assert sorted(item.id for item, _ in pairs if item) == list(range(len(before)))
    assert len([planned for _, planned in pairs if planned]) == len(after)
    assert len(pairs) == max(len(before), len(after))


@given(plans, plans)
def test_whoever_is_there_already_stays(before: list[PlannedTime], after: list[PlannedTime]) -> None:
    stay = sum(is_there(item, planned) for item, planned in match_items(items_at(before), after))
    known = [(planned.resource.resource_id, planned.span) for planned in before]
    wanted = [(planned.resource.resource_id, planned.span) for planned in after]
    assert stay == sum(min(known.count(each), wanted.count(each)) for each in set(wanted))


@given(plans)
def test_nothing_moves_when_nothing_is_to_move(wanted: list[PlannedTime]) -> None:
    assert all(is_there(item, planned) for item, planned in match_items(items_at(wanted), wanted))


def test_resources_keep_their_extras_unless_they_bring_their_own() -> None:
    present = (RequestedResource(1, PROJECTORS), RequestedResource(2))
    own = RequestedResource(3, (Extra(1, service_id=5),))
    one, two, three, four, five = (RequestedResource(number) for number in range(1, 6))
    assert with_extras_kept((one, own), present) == (present[0], own)
    assert with_extras_kept((three, two), present) == (RequestedResource(3, PROJECTORS), two)
    assert with_extras_kept((two, four, five), present) == (two, RequestedResource(4, PROJECTORS), five)


def test_equal_extras_are_added_up() -> None:
    mixed = (Extra(1, resource_id=9), Extra(3, service_id=9), Extra(2, resource_id=9))
    assert combined(mixed) == (Extra(3, resource_id=9), Extra(3, service_id=9))


def test_the_lines_are_each_resource_whole_at_each_time_the_earliest_first() -> None:
    now, later = Span(NOW, NOW + HOUR), Span(NOW + HOUR, NOW + 2 * HOUR)
    found = lines_at((RequestedResource(1), RequestedResource(2)), (later, now), "Fair")
    assert [(line.resource_id, line.starts_at, line.units, line.title) for line in found] == [
        (number, span.start, None, "Fair") for span in (now, later) for number in (1, 2)
    ]
    (planned, *_) = layout((RequestedResource(1),), (now,))
    assert msgspec.structs.astuple(planned) == (RequestedResource(1), now)


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
