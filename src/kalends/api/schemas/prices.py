"""Price rules of resources and services."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.actions.context import Context
from kalends.api.ids import (
    GroupId,
    GroupRef,
    PriceId,
    PriceRef,
    ResourceId,
    ResourceRef,
    ServiceId,
    ServiceRef,
    write_id,
    write_optional_id,
)
from kalends.api.lists import Listing
from kalends.api.money import Money, MoneyInput, read_money, shown_money
from kalends.api.schemas.catalog import Revision, plain, same_fields
from kalends.api.schemas.services import TaxRate
from kalends.engine.catalog.price import Price as EnginePrice
from kalends.engine.catalog.price import PricePatch as EnginePatch
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.patch import changes
from kalends.engine.refusals import Fault, Invalid

Title = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Members"])]
Per = Annotated[
    Literal["hour", "day", "booking", "quantity"],
    Meta(
        description="Times hours and units; days begun and units; once for a booking; or units of each item.",
        examples=["hour"],
    ),
]
Exemption = Annotated[
    str, Meta(max_length=LONGEST_LINE, description="Why no tax is due, at a rate of 0.", examples=[""])
]
MOST_GROUPS = 1000


class PriceRule(msgspec.Struct, frozen=True, kw_only=True):
    """A price rule. Of several that fit a customer the first counts; those for their group go before all others."""

    id: PriceId
    resource: ResourceId | None
    service: ServiceId | None
    title: Title
    per: Per
    amount: Money
    tax_rate: TaxRate
    groups: Annotated[list[GroupId] | None, Meta(description="The groups of customers it is for; null is everybody.")]
    exemption: Exemption
    revision: Revision


class PriceRuleInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new price rule of a resource or of a service: name one of them. It comes after those that are there."""

    per: Per
    amount: MoneyInput
    resource: ResourceRef | UnsetType | None = UNSET
    service: ServiceRef | UnsetType | None = UNSET
    title: Title | UnsetType = UNSET
    tax_rate: TaxRate | UnsetType = UNSET
    groups: Annotated[list[GroupRef], Meta(max_length=MOST_GROUPS)] | UnsetType | None = UNSET
    exemption: Exemption | UnsetType = UNSET


class PriceRulePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a price rule; what is left out stays."""

    per: Per | UnsetType = UNSET
    amount: MoneyInput | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    tax_rate: TaxRate | UnsetType = UNSET
    groups: Annotated[list[GroupRef], Meta(max_length=MOST_GROUPS)] | UnsetType | None = UNSET
    exemption: Exemption | UnsetType = UNSET


class PricePath(msgspec.Struct, frozen=True, kw_only=True):
    """One price rule."""

    price_id: PriceRef


class ListPrices(Listing, frozen=True, kw_only=True):
    """Which price rules to list."""

    resource: list[ResourceRef] | UnsetType = UNSET
    service: list[ServiceRef] | UnsetType = UNSET


def price_patch(sent: PriceRuleInput | PriceRulePatch, ctx: Context) -> EnginePatch:
    """What was sent, as the engine takes it. Raises Invalid(/amount/currency: not_included)."""
    fields = {name: value for name, value in changes(sent).items() if name not in ("resource", "service")}
    if isinstance(amount := fields.get("amount"), MoneyInput):
        fields["amount"] = read_money(amount, ctx.account.currency, "/amount")
    if "groups" in fields:
        groups: list[int] | None = fields.pop("groups")
        fields["group_ids"] = None if groups is None else tuple(groups)
    return EnginePatch(**fields)


def price_owner(sent: PriceRuleInput) -> dict[str, int]:
    """Whose rule it is, by the engine's field. Raises Invalid(/resource: blank; /service: invalid) unless one is
    named."""
    if sent.resource and sent.service:
        raise Invalid(Fault("/service", "invalid"))
    if sent.resource:
        return {"resource_id": sent.resource}
    if sent.service:
        return {"service_id": sent.service}
    raise Invalid(Fault("/resource", "blank"))


def shown_price(price: EnginePrice, ctx: Context) -> PriceRule:
    """A price rule as it is answered."""
    fields = same_fields(price, PriceRule, ctx.zone) | {
        "id": write_id("price", price.id),
        "resource": write_optional_id("resource", price.resource_id),
        "service": write_optional_id("service", price.service_id),
        "amount": shown_money(price.amount, ctx.account.currency),
        "tax_rate": plain(price.tax_rate),
        "groups": None if price.group_ids is None else [write_id("group", number) for number in price.group_ids],
    }
    return PriceRule(**fields)
