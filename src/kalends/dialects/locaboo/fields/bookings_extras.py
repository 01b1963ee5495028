"""Inventory and services, which the wire calls `features`, of a booking's instances, with their prices."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from kalends.dialects.locaboo.fields.amounts import number
from kalends.dialects.locaboo.fields.view import DOOR, RenderContext, Shelf
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.custom_field import number as as_number
from kalends.engine.catalog.price import Price, price_for, prices_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service

Instances: TypeAlias = Sequence[tuple[ItemView, Resource]]
PricedExtras: TypeAlias = dict[str, Any] | list[Any]
"""Extras by their ids as text, or PHP's empty array."""


def features(context: RenderContext, instances: Instances, group_id: int | None) -> PricedExtras:
    """The services that can be taken with these instances, and how many of each are taken.

    `group_id` is the customer group whose prices count.
    """

    def price_of(service: Service) -> Price | None:
        return price_for(prices_of(service, context.prices), group_id, service_id=service.id)

    return _priced(context.services, instances, _units_taken(instances, "service_id"), price_of)


def inventory(context: RenderContext, instances: Instances, group_id: int | None) -> PricedExtras:
    """The inventory that can be taken with these instances, and how many units of each are taken.

    `group_id` is the customer group whose prices count.
    """

    def price_of(resource: Resource) -> Price | None:
        return price_for(context.prices, group_id, resource.path)

    return _priced(context.inventory, instances, _units_taken(instances, "resource_id"), price_of)


def _units_taken(instances: Instances, id_field: str) -> Counter[int]:
    """The units of each extra at the start at which most of it are taken."""
    by_start: defaultdict[datetime, Counter[int]] = defaultdict(Counter)
    for view, _ in instances:
        for extra in view.item.extras:
            if (extra_id := getattr(extra, id_field)) is not None:
                by_start[view.item.starts_at][extra_id] += extra.units
    most: Counter[int] = Counter()
    for units in by_start.values():
        most |= units
    return most


def _priced(
    shelf: Shelf, instances: Instances, units_taken: Counter[int], price_of: Callable[[Any], Price | None]
) -> PricedExtras:
    resources = list({resource.id: resource for _, resource in instances}.values())
    return {
        str(extra.id): {
            **_price_rule(price_of(extra)),
            "rule_name": extra.title,
            "price_cost": _price_cost(extra),
            "quantity": str(units_taken[extra.id]),
        }
        for extra in shelf.available_with(resources, units_taken)
    } or []


def _price_cost(extra: Any) -> int | float:
    """What inventory cost, as inventory_list shows it; services have no such field."""
    stored = extra.details.get(DOOR, {}).get("price_cost", "") if isinstance(extra, Resource) else ""
    return number(as_number(str(stored)) or Decimal())


def _price_rule(price: Price | None) -> dict[str, Any]:
    """Without a price the page shows 0 per hour."""
    if price is None:
        return {"rule_interval": "per_hour", "rule_price": 0}
    return {"rule_interval": f"per_{price.per}", "rule_price": number(price.amount)}
