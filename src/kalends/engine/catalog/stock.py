"""What can go with a booking: an inventory or a service, what it costs, and with which resources."""

from collections.abc import Iterable, Mapping

import msgspec

from kalends.engine.catalog.price import Price, prices_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service


class Stock(msgspec.Struct, frozen=True):
    """`groups` and `resources` are titles by id: of the customer groups that prices name, and of the resources that it
    goes with, none being all."""

    thing: Resource | Service
    prices: tuple[Price, ...]
    groups: Mapping[int, str]
    resources: Mapping[int, str]


def stock_of(
    things: Iterable[Resource | Service],
    bound: Mapping[int, Iterable[int]],
    prices: Iterable[Price],
    groups: Mapping[int, str],
    resources: Mapping[int, str],
) -> list[Stock]:
    """The stock of these things with their prices; `bound` are the resources that some of them go with alone.

    One that goes with none of the resources given is left out.
    """
    known, every = list(prices), []
    for thing in things:
        titles = {one: resources[one] for one in bound.get(thing.id, ()) if one in resources}
        if titles or thing.id not in bound:
            every.append(Stock(thing, tuple(prices_of(thing, known)), groups, titles))
    return every
