"""Stock: the inventory and services that can be added to a booking, with their prices."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

import msgspec

from kalends.engine.catalog.price import Price, prices_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service


class AddOn(msgspec.Struct, frozen=True):
    """An inventory or service that can be added to a booking.

    `groups` has the titles of customer groups by id. `resources` has the titles, by id, of the resources that it can
    be booked with.
    """

    thing: Resource | Service
    prices: tuple[Price, ...]
    groups: Mapping[int, str]
    resources: Mapping[int, str]


def goes_with(resource: Resource, only_with: AbstractSet[int] | None) -> bool:
    """Whether an add-on that is restricted to these resources can go with a resource; None is no restriction.

    What goes with a whole goes with its parts.
    """
    return only_with is None or not only_with.isdisjoint(resource.path)


def add_ons(
    things: Iterable[Resource | Service],
    bound: Mapping[int, Iterable[int]],
    prices: Iterable[Price],
    groups: Mapping[int, str],
    resources: Mapping[int, str],
) -> list[AddOn]:
    """The things with their prices and the titles of their resources.

    `bound` restricts a thing, by its id, to some resource ids; others go with all `resources`. A thing restricted to
    none of `resources` is left out.
    """
    all_prices, stock = list(prices), []
    for thing in things:
        goes_with = bound.get(thing.id, resources)
        titles = {resource_id: resources[resource_id] for resource_id in goes_with if resource_id in resources}
        if titles or thing.id not in bound:
            stock.append(AddOn(thing, tuple(prices_of(thing, all_prices)), groups, titles))
    return stock
