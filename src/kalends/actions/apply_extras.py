"""What resources and services have beside themselves, as a description has it: values of fields, prices, links."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kalends.actions.access import internal
from kalends.actions.applied import Applied, placed
from kalends.actions.apply_offer import walk
from kalends.actions.context import Context
from kalends.actions.custom_fields import set_values, values_of
from kalends.actions.inventory import links, set_inventory_resources
from kalends.actions.prices import list_prices, rules_of, set_prices
from kalends.engine.catalogue import Resource
from kalends.engine.custom_field import CustomField, why_unfit
from kalends.engine.described import SaidPrice
from kalends.engine.description import Description, Misdescribed
from kalends.engine.pricing import Price


@internal
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
        if isinstance(one.fields, dict):
            resource_id = offered[name].id
            with placed(f"resource {name}"):
                wanted = await set_values(ctx, resource_id, _values(one.fields, fields))
            if wanted != values.get(resource_id, {}):
                applied.change(f"resource {name}")


@internal
async def apply_links(ctx: Context, said: Description, offered: Mapping[str, Resource], applied: Applied) -> None:
    """With which resources inventory goes."""
    present = await links(ctx)
    for name, _, one in walk(said.resources):
        if isinstance(one.goes_with, tuple):
            inventory = offered[name]
            with placed(f"resource {name}"):
                wanted = [_named(title, offered, "resource").id for title in one.goes_with]
                await set_inventory_resources(ctx, inventory.id, wanted)
            if set(wanted) != set(present.get(inventory.id, ())):
                applied.change(f"resource {name}")


@internal
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
    for subject, prices, owner in _priced(said, offered, services):
        with placed(subject):
            wanted = [_price(one, groups) for one in prices]
            if await set_prices(ctx, wanted, **owner) != rules_of(present, **owner):
                applied.change(subject)


def _priced(
    said: Description, offered: Mapping[str, Resource], services: Mapping[str, int]
) -> Iterable[tuple[str, Sequence[SaidPrice], dict[str, int]]]:
    for name, _, resource in walk(said.resources):
        if isinstance(resource.prices, tuple):
            yield f"resource {name}", resource.prices, {"resource_id": offered[name].id}
    for service in said.services:
        if isinstance(service.prices, tuple):
            yield f"service {service.title}", service.prices, {"service_id": services[service.title]}


def _values(said: Mapping[str, Any], fields: Mapping[str, CustomField]) -> dict[int, Any]:
    for title, value in said.items():
        if reason := why_unfit(_named(title, fields, "field"), value):
            raise Misdescribed(f"field {title} is {reason.replace('_', ' ')}")
    return {fields[title].id: value for title, value in said.items()}


def _price(said: SaidPrice, groups: Mapping[str, int]) -> Price:
    titles = None if said.groups is None else [title.strip() for title in said.groups]
    ids = None if titles is None else tuple(sorted(_named(title, groups, "customer group") for title in titles))
    return Price(title=said.title, per=said.per, amount=said.amount, tax_rate=said.tax_rate, group_ids=ids)


def _named(title: str, known: Mapping[str, Any], what: str) -> Any:
    if title not in known:
        raise Misdescribed(f"there is no {what} `{title}`")
    return known[title]
