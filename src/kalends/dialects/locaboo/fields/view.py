"""The context in which requests are read and responses written: the objects that they refer to."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.codecs import WireContext
from kalends.engine.catalog.add_on import goes_with
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import CustomerGroup

DOOR = "locaboo"
"""The door's name: keys are made for it, and `details` store under it what only this door knows."""


class Shelf(msgspec.Struct, frozen=True):
    """Inventory, or services, that can be added to bookings.

    `extras` are by id. `bound_to` are the ids of the resources that an extra goes with; an extra that is not in it goes
    with all resources. As in engine.bookings.resolve, an extra of a whole also goes with its parts.
    """

    extras: Mapping[int, Any] = {}
    bound_to: Mapping[int, frozenset[int]] = {}

    def goes_with(self, extra_id: int, resource: Resource) -> bool:
        """Whether an extra of the shelf can be taken with a resource."""
        return self.extras[extra_id].active and goes_with(resource, self.bound_to.get(extra_id))

    def available_with(self, resources: Sequence[Resource], taken_ids: Container[int]) -> list[Any]:
        """The extras that can be taken with any of the resources, and those that are taken already."""
        return [
            extra
            for extra in self.extras.values()
            if extra.id in taken_ids or any(self.goes_with(extra.id, resource) for resource in resources)
        ]


class RenderContext(WireContext, frozen=True, kw_only=True):
    """The account's zone, the moment of the request, and the objects that it refers to, as far as they were looked up.

    Objects are by id, except prices. `resources` are all that the key may see, including inventory; `zones` are the
    time zones where they stand.
    """

    resources: Mapping[int, Resource] = {}
    zones: Mapping[int, ZoneInfo] = {}
    custom_fields: Mapping[int, CustomField] = {}
    groups: Mapping[int, CustomerGroup] = {}
    inventory: Shelf = Shelf()
    services: Shelf = Shelf()
    prices: Sequence[Price] = ()

    def main_of(self, resource_id: int) -> int:
        """The id of the root of the resource's tree; of an unknown resource its own."""
        resource = self.resources.get(resource_id)
        return resource.path[0] if resource else resource_id

    def zone_of(self, resource_id: int | None) -> ZoneInfo:
        """The time zone where a resource stands; the account's for none."""
        return self.zones.get(resource_id or 0, self.zone)

    @property
    def titles(self) -> dict[int, str]:
        """The titles of the resources by id. Each call makes a new dict, so renderers call it once."""
        return {resource.id: resource.title for resource in self.resources.values()}


def render_context(ctx: Context, **objects: Any) -> RenderContext:
    """The context of a request, with the objects that were looked up, named as in RenderContext."""
    return RenderContext(ctx.zone, ctx.now, **objects)


def by_id(rows: Iterable[Any]) -> dict[int, Any]:
    """The rows by their ids."""
    return {row.id: row for row in rows}


def inventory_shelf(resources: Mapping[int, Resource], bound_to: Mapping[int, Iterable[int]]) -> Shelf:
    """All inventory among the resources; `bound_to` are the ids of the resources that each goes with."""
    inventory = by_id(resource for resource in resources.values() if resource.kind == "inventory")
    return Shelf(inventory, {extra_id: frozenset(resource_ids) for extra_id, resource_ids in bound_to.items()})


def service_shelf(services: Iterable[Service], assignments: Iterable[ServiceAssignment]) -> Shelf:
    """These services; the assignments say which resources each goes with."""
    extras = by_id(services)
    bound_to: dict[int, frozenset[int]] = {
        service.id: frozenset() for service in extras.values() if not service.served_by_all
    }
    for assignment in assignments:
        service_id = assignment.service_id
        bound_to[service_id] = bound_to.get(service_id, frozenset()) | {assignment.resource_id}
    return Shelf(extras, bound_to)
