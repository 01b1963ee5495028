"""In what context requests are read and responses written: what they refer to."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.codecs import WireContext
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import CustomerGroup

DOOR = "locaboo"
"""What keys are made for, and under what `details` keep what only this door knows."""


class Shelf(msgspec.Struct, frozen=True):
    """Inventory, or services, by id, and the resources that are named for each: what names none goes with all.

    What is named for a whole holds for its parts, as engine.bookings.resolve has it.
    """

    things: Mapping[int, Any] = {}
    named: Mapping[int, frozenset[int]] = {}

    def goes(self, thing_id: int, resource: Resource) -> bool:
        """Whether that thing can be taken with that resource."""
        named = self.named.get(thing_id)
        return self.things[thing_id].active and (named is None or not named.isdisjoint(resource.path))

    def beside(self, resources: Sequence[Resource], taken: Container[int]) -> list[Any]:
        """What can be taken with any of the resources now, and what of it is taken already."""
        return [
            thing
            for thing in self.things.values()
            if thing.id in taken or any(self.goes(thing.id, resource) for resource in resources)
        ]


class RenderContext(WireContext, frozen=True, kw_only=True):
    """The account's zone, the time of the request, and what the objects shown refer to, as far as it was looked up.

    Everything is by id but the prices: `resources` are all that the key may see, inventory too.
    """

    resources: Mapping[int, Resource] = {}
    custom_fields: Mapping[int, CustomField] = {}
    groups: Mapping[int, CustomerGroup] = {}
    inventory: Shelf = Shelf()
    services: Shelf = Shelf()
    prices: Sequence[Price] = ()

    def main_of(self, resource_id: int) -> int:
        """The root of the tree that a resource stands in."""
        resource = self.resources.get(resource_id)
        return resource.path[0] if resource else resource_id

    @property
    def titles(self) -> dict[int, str]:
        """The titles of the resources by their ids; made anew at each call, so writers bind it once."""
        return {one.id: one.title for one in self.resources.values()}


def render_context(ctx: Context, **found: Any) -> RenderContext:
    """The context of a request, with what was found for it; named as in View."""
    return RenderContext(ctx.zone, ctx.now, **found)


def by_id(rows: Iterable[Any]) -> dict[int, Any]:
    """The rows by their ids."""
    return {one.id: one for one in rows}


def inventory_shelf(resources: Mapping[int, Resource], links: Mapping[int, Iterable[int]]) -> Shelf:
    """All inventory there is; `links` are the resources that each goes with."""
    things = {one.id: one for one in resources.values() if one.kind == "inventory"}
    return Shelf(things, {thing: frozenset(linked) for thing, linked in links.items()})


def service_shelf(services: Iterable[Service], serving: Iterable[ServiceAssignment]) -> Shelf:
    """These services, and the resources that are named to serve each."""
    things = by_id(services)
    named: dict[int, frozenset[int]] = {one.id: frozenset() for one in things.values() if not one.served_by_all}
    for row in serving:
        named[row.service_id] = named.get(row.service_id, frozenset()) | {row.resource_id}
    return Shelf(things, named)
