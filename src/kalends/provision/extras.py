"""What resources and services have beside themselves, as a description has it: values of fields, prices, links."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec import UNSET

from kalends.actions.catalog.custom_fields import set_values, values_of
from kalends.actions.catalog.inventory import links, set_inventory_resources
from kalends.actions.catalog.prices import list_prices, rules_of, set_prices
from kalends.actions.context import Context
from kalends.engine.catalog.custom_field import CustomField, FieldValue, why_unfit
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import Resource
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, Misdescribed
from kalends.provision.offer import walk
from kalends.provision.tables import DescribedPrice

T = TypeVar("T")


class _Priced(msgspec.Struct, frozen=True):
    """The prices that are described of one resource or of one service."""

    name: str
    prices: Sequence[DescribedPrice]
    resource_id: int | None = None
    service_id: int | None = None


async def apply_values(
    ctx: Context,
    said: Description,
    offered: Mapping[str, Resource],
    fields: Mapping[str, CustomField],
    applied: Applied,
) -> None:
    """The values of resources in fields of the account; of fields that are not named they stay."""
    values = await values_of(ctx)
    for name, _, one in walk(said.resources):
        if one.fields is not UNSET:
            resource_id = offered[name].id
            with error_context(f"resource {name}"):
                wanted = await set_values(ctx, resource_id, _values(one.fields, fields))
            if wanted != values.get(resource_id, {}):
                applied.change(f"resource {name}")


async def apply_links(ctx: Context, said: Description, offered: Mapping[str, Resource], applied: Applied) -> None:
    """With which resources inventory goes."""
    present = await links(ctx)
    for name, _, one in walk(said.resources):
        if one.goes_with is not UNSET:
            inventory = offered[name]
            with error_context(f"resource {name}"):
                wanted = [_named(title, offered, "resource").id for title in one.goes_with]
                await set_inventory_resources(ctx, inventory.id, wanted)
            if set(wanted) != set(present.get(inventory.id, ())):
                applied.change(f"resource {name}")


async def apply_prices(
    ctx: Context,
    said: Description,
    offered: Mapping[str, Resource],
    services: Mapping[str, int],
    groups: Mapping[str, int],
    applied: Applied,
) -> None:
    """What resources and services cost; prices that are named replace those that were there."""
    present = await list_prices(ctx)
    for one in _priced(said, offered, services):
        with error_context(one.name):
            wanted = [_price(each, groups) for each in one.prices]
            before = rules_of(present, one.resource_id, one.service_id)
            if await set_prices(ctx, wanted, resource_id=one.resource_id, service_id=one.service_id) != before:
                applied.change(one.name)


def _priced(said: Description, offered: Mapping[str, Resource], services: Mapping[str, int]) -> Iterable[_Priced]:
    for name, _, resource in walk(said.resources):
        if resource.prices is not UNSET:
            yield _Priced(f"resource {name}", resource.prices, resource_id=offered[name].id)
    for service in said.services:
        if service.prices is not UNSET:
            yield _Priced(f"service {service.title}", service.prices, service_id=services[service.title])


def _values(said: Mapping[str, FieldValue], fields: Mapping[str, CustomField]) -> dict[int, FieldValue]:
    for title, value in said.items():
        if reason := why_unfit(_named(title, fields, "field"), value):
            raise Misdescribed(f"field {title} is {reason.replace('_', ' ')}")
    return {fields[title].id: value for title, value in said.items()}


def _price(said: DescribedPrice, groups: Mapping[str, int]) -> Price:
    titles = None if said.groups is None else [title.strip() for title in said.groups]
    ids = None if titles is None else tuple(sorted(_named(title, groups, "customer group") for title in titles))
    return Price(title=said.title, per=said.per, amount=said.amount, tax_rate=said.tax_rate, group_ids=ids)


def _named(title: str, known: Mapping[str, T], what: str) -> T:
    if title not in known:
        raise Misdescribed(f"there is no {what} `{title}`")
    return known[title]
