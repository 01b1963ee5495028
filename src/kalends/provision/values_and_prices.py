"""Apply what is described of resources and services beside their own fields: field values, inventory links, prices."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec import UNSET

from kalends.actions.catalog.custom_fields import (
    list_service_values,
    list_values,
    set_service_values,
    set_values,
)
from kalends.actions.catalog.inventory import list_inventory_links, set_inventory_resources
from kalends.actions.catalog.prices import list_prices, rules_of, set_prices
from kalends.actions.context import Context
from kalends.engine.catalog.custom_field import CustomField, FieldValue, value_fault
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import Resource
from kalends.notices.sentences import REASONS
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, InvalidDescription
from kalends.provision.profile_and_fields import FieldsBySubject
from kalends.provision.resources import walk
from kalends.provision.tables import DescribedPrice

T = TypeVar("T")


class _PriceList(msgspec.Struct, frozen=True):
    """The described prices of one resource or of one service; `name` is its entry, such as `service Massage`."""

    name: str
    prices: Sequence[DescribedPrice]
    resource_id: int | None = None
    service_id: int | None = None


async def apply_values(
    ctx: Context,
    description: Description,
    resources: Mapping[str, Resource],
    services: Mapping[str, int],
    fields: FieldsBySubject,
    applied: Applied,
) -> None:
    """Set the described values of resources and services in custom fields; values in fields not named stay."""
    present = await list_values(ctx)
    for name, _, described in walk(description.resources):
        if described.fields is not UNSET:
            resource_id = resources[name].id
            with error_context(f"resource {name}"):
                values = await set_values(ctx, resource_id, _values(described.fields, fields["resource"]))
            if values != present.get(resource_id, {}):
                applied.change(f"resource {name}")
    present = await list_service_values(ctx)
    for service in description.services:
        if service.fields is not UNSET:
            service_id = services[service.title]
            with error_context(f"service {service.title}"):
                values = await set_service_values(ctx, service_id, _values(service.fields, fields["service"]))
            if values != present.get(service_id, {}):
                applied.change(f"service {service.title}")


async def apply_links(
    ctx: Context, description: Description, resources: Mapping[str, Resource], applied: Applied
) -> None:
    """Replace the resources that described inventory goes with."""
    present = await list_inventory_links(ctx)
    for name, _, described in walk(description.resources):
        if described.goes_with is not UNSET:
            inventory = resources[name]
            with error_context(f"resource {name}"):
                resource_ids = [_look_up(title, resources, "resource").id for title in described.goes_with]
                await set_inventory_resources(ctx, inventory.id, resource_ids)
            if set(resource_ids) != set(present.get(inventory.id, ())):
                applied.change(f"resource {name}")


async def apply_prices(
    ctx: Context,
    description: Description,
    resources: Mapping[str, Resource],
    services: Mapping[str, int],
    groups: Mapping[str, int],
    applied: Applied,
) -> None:
    """Replace the price rules of resources and services that have described prices."""
    present = await list_prices(ctx)
    for price_list in _price_lists(description, resources, services):
        resource_id, service_id = price_list.resource_id, price_list.service_id
        with error_context(price_list.name):
            prices = [_price(described, groups) for described in price_list.prices]
            before = rules_of(present, resource_id, service_id)
            if await set_prices(ctx, prices, resource_id=resource_id, service_id=service_id) != before:
                applied.change(price_list.name)


def _price_lists(
    description: Description, resources: Mapping[str, Resource], services: Mapping[str, int]
) -> Iterable[_PriceList]:
    for name, _, resource in walk(description.resources):
        if resource.prices is not UNSET:
            yield _PriceList(f"resource {name}", resource.prices, resource_id=resources[name].id)
    for service in description.services:
        if service.prices is not UNSET:
            yield _PriceList(f"service {service.title}", service.prices, service_id=services[service.title])


def _values(described: Mapping[str, FieldValue], fields: Mapping[str, CustomField]) -> dict[int, FieldValue]:
    for title, value in described.items():
        if reason := value_fault(_look_up(title, fields, "field"), value):
            raise InvalidDescription(f"field {title} {REASONS[reason]}")
    return {fields[title].id: value for title, value in described.items()}


def _price(described: DescribedPrice, groups: Mapping[str, int]) -> Price:
    return Price(
        title=described.title,
        per=described.per,
        amount=described.amount,
        tax_rate=described.tax_rate,
        group_ids=None if described.groups is None else _group_ids(described.groups, groups),
        exemption=described.exemption,
    )


def _group_ids(titles: Iterable[str], groups: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sorted(_look_up(title.strip(), groups, "customer group") for title in titles))


def _look_up(title: str, by_title: Mapping[str, T], kind: str) -> T:
    if title not in by_title:
        raise InvalidDescription(f"there is no {kind} `{title}`")
    return by_title[title]
