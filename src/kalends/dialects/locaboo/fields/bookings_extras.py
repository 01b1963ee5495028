"""What goes with the instances of a booking, with its price: services are `features` here, and inventory."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from kalends.dialects.locaboo.fields.amounts import number
from kalends.dialects.locaboo.fields.view import RenderContext, Shelf
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.price import Price, price_for, prices_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service

Instances: TypeAlias = Sequence[tuple[ItemView, Resource]]
Priced: TypeAlias = dict[str, Any] | list[Any]


def features(view: RenderContext, instances: Instances, group_id: int | None) -> Priced:
    """The services that can be taken with these instances, and how many of each are taken."""
    taken = _taken(instances, "service_id")
    return _shown(view.services, instances, taken, lambda thing: _of_service(view, thing, group_id))


def inventory(view: RenderContext, instances: Instances, group_id: int | None) -> Priced:
    """The inventory that can be taken with these instances, and how much of each is taken."""
    taken = _taken(instances, "resource_id")
    return _shown(view.inventory, instances, taken, lambda thing: price_for(view.prices, group_id, thing.path))


def _taken(instances: Instances, kind: str) -> Counter[int]:
    """How many of each thing are taken at the time at which most are."""
    at: defaultdict[datetime, Counter[int]] = defaultdict(Counter)
    for entry, _ in instances:
        for extra in entry.item.extras:
            if (thing_id := getattr(extra, kind)) is not None:
                at[entry.item.starts_at][thing_id] += extra.units
    most: Counter[int] = Counter()
    for units in at.values():
        most |= units
    return most


def _shown(shelf: Shelf, instances: Instances, taken: Counter[int], price_of: Callable[[Any], Price | None]) -> Priced:
    resources = list({resource.id: resource for _, resource in instances}.values())
    return {
        str(thing.id): {
            **_rule(price_of(thing)),
            "rule_name": thing.title,
            "price_cost": 0,
            "quantity": str(taken[thing.id]),
        }
        for thing in shelf.beside(resources, taken)
    } or []


def _rule(price: Price | None) -> dict[str, Any]:
    """What it costs; nothing by the hour when no rule says so, as the page shows it."""
    if price is None:
        return {"rule_interval": "per_hour", "rule_price": 0}
    return {"rule_interval": f"per_{price.per}", "rule_price": number(price.amount)}


def _of_service(view: RenderContext, service: Service, group_id: int | None) -> Price | None:
    return price_for(prices_of(service, view.prices), group_id, service_id=service.id)
