"""Add-ons: the inventory and services that can be added to a booking."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.price import Price, prices_of
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.limits import raise_if_faults
from kalends.engine.patch import Patch, changes
from kalends.engine.refusals import Fault


class AddOn(msgspec.Struct, frozen=True):
    """An inventory or service that can be added to a booking.

    `groups` has the titles of customer groups by id. `resources` has the titles, by id, of the resources that it can
    be booked with.
    """

    thing: Resource | Service
    prices: tuple[Price, ...]
    groups: Mapping[int, str]
    resources: Mapping[int, str]


class LinkedAddOn(msgspec.Struct, frozen=True):
    """An inventory, or a service of kind `product`, and the ids of the resources that it goes with; None is any."""

    thing: Resource | Service
    resource_ids: tuple[int, ...] | None

    def title_in(self, language: str) -> str:
        """The title in a language, else the usual one; an inventory has only that."""
        return self.thing.title_in(language) if isinstance(self.thing, Service) else self.thing.title

    def is_in(self, extra: Extra) -> bool:
        """Whether an extra is some of it."""
        is_service = isinstance(self.thing, Service)
        return self.thing.id == (extra.service_id if is_service else extra.resource_id)

    def goes_with(self, resource: Resource | None) -> bool:
        """Whether it can be booked with a resource; None is for no resource at all."""
        if self.resource_ids is None or resource is None:
            return self.resource_ids is None
        return goes_with(resource, frozenset(self.resource_ids))


class AddOnPatch(Patch, frozen=True, kw_only=True):
    """Changes to an add-on. `quantity` and `site_id` are of inventory only."""

    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    quantity: int | UnsetType = UNSET
    site_id: int | UnsetType = UNSET
    resource_ids: tuple[int, ...] | UnsetType | None = UNSET
    position: int | UnsetType = UNSET
    image: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    public: bool | UnsetType = UNSET


_OF_RESOURCE = {"description": "notes", "quantity": "capacity"}
"""What fields of an add-on are called that are fields of its resource; others have the same name."""


def inventory_patch(patch: AddOnPatch) -> ResourcePatch:
    """The patch of the resource that an inventory is."""
    fields = {_OF_RESOURCE.get(name, name): value for name, value in _own_fields(patch).items()}
    return ResourcePatch(kind="inventory", **fields)


def product_patch(patch: AddOnPatch) -> ServicePatch:
    """The patch of the service that an add-on is. Raises Invalid(quantity, site_id: unsupported)."""
    fields = _own_fields(patch)
    raise_if_faults(Fault(name, "unsupported") for name in ("quantity", "site_id") if name in fields)
    return ServicePatch(kind="product", **fields)


def _own_fields(patch: AddOnPatch) -> dict[str, Any]:
    return {name: value for name, value in changes(patch).items() if name != "resource_ids"}


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
