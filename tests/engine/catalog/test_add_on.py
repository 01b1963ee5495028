"""What can go with a booking, and what it costs."""

from decimal import Decimal
from typing import Any

import msgspec

from kalends.engine.catalog.add_on import add_ons
from kalends.engine.catalog.price import Price, prices_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from tests.world import NOW

LAMP = Resource(1, 5, 1, None, (5,), "inventory", "Lamp", "", 3, True, 0, None, True, {}, NOW, NOW)
COFFEE = msgspec.convert(
    {
        **dict.fromkeys(("account_id", "id", "duration", "step", "most_units"), 1),
        **dict.fromkeys(("buffer_before", "buffer_after", "position"), 0),
        **dict.fromkeys(("notice", "horizon"), None),
        "kind": "product",
        "title": "Coffee",
        "description": "",
        "own_hours": False,
        "served_by_all": True,
        "price": Decimal("9.5"),
        "tax_rate": Decimal("7.5"),
        "active": True,
        "details": {},
        "created_at": NOW,
        "updated_at": NOW,
    },
    Service,
)
HALLS = {1: "Hall", 2: "Dome"}


def named(bound: dict[int, Any]) -> list[dict[int, str]]:
    return [dict(stock.resources) for stock in add_ons([LAMP], bound, [], {}, HALLS)]


def test_what_is_bound_to_nothing_goes_with_all() -> None:
    assert named({}) == [HALLS]
    assert named({5: [2, 1]}) == [{2: "Dome", 1: "Hall"}]
    assert named({5: [2, 9]}) == [{2: "Dome"}]


def test_what_is_bound_to_what_is_not_there_is_not_there_either() -> None:
    assert named({5: [9]}) == []
    assert named({5: []}) == []


def test_a_service_costs_its_own_price_unless_there_are_rules() -> None:
    (own,) = prices_of(COFFEE, [])
    assert (own.per, own.amount, own.tax_rate, own.group_ids) == ("quantity", Decimal("9.5"), Decimal("7.5"), None)
    rule = Price(id=1, service_id=1, per="booking", amount=Decimal(3))
    assert prices_of(COFFEE, [rule, Price(id=2, resource_id=1)]) == [rule]
    free = msgspec.structs.replace(COFFEE, price=None)
    assert prices_of(free, []) == []
