"""Providers: the resources that serve a service, each on its terms."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.actions.context import Context
from kalends.api.expand import Expandable
from kalends.api.ids import ResourceId, ResourceRef, ServiceRef, write_id
from kalends.api.money import Money, MoneyInput, read_money, shown_money
from kalends.api.schemas.catalog import same_fields
from kalends.api.schemas.services import BufferAfter, BufferBefore, Duration, ServedByAll, Step
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.serving import Providers as EngineProviders
from kalends.engine.limits import MOST_UNITS
from kalends.engine.patch import changes

ResourceUnits = Annotated[
    int,
    Meta(ge=1, le=MOST_UNITS, description="Units of the resource that one of the service takes.", examples=[1]),
]
MOST_PROVIDERS = 1000


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that serves a service; null terms are those of the service."""

    resource: ResourceId
    duration: Duration | None
    step: Step | None
    buffer_before: BufferBefore | None
    buffer_after: BufferAfter | None
    price: Money | None
    resource_units: ResourceUnits | None


class ProviderInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A resource that serves a service; terms that are null or left out are those of the service."""

    resource: ResourceRef
    duration: Duration | UnsetType | None = UNSET
    step: Step | UnsetType | None = UNSET
    buffer_before: BufferBefore | UnsetType | None = UNSET
    buffer_after: BufferAfter | UnsetType | None = UNSET
    price: MoneyInput | UnsetType | None = UNSET
    resource_units: ResourceUnits | UnsetType | None = UNSET


class Providers(msgspec.Struct, frozen=True, kw_only=True):
    """Who serves a service. If `served_by_all`, every resource does, on the terms that it has here, if any."""

    served_by_all: ServedByAll
    providers: list[Provider]


class ProvidersInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who serves a service, in place of whoever did."""

    served_by_all: ServedByAll
    providers: Annotated[list[ProviderInput], Meta(max_length=MOST_PROVIDERS)]


class ShowProviders(Expandable, frozen=True, kw_only=True):
    """One service."""

    service_id: ServiceRef


def provider_overrides(sent: ProvidersInput, ctx: Context) -> list[ServiceOverride]:
    """What was sent, as the engine takes it. Raises Invalid(/providers/N/price/currency: not_included)."""
    overrides = []
    for index, provider in enumerate(sent.providers):
        terms = {name: value for name, value in changes(provider).items() if name != "resource"}
        if isinstance(price := terms.get("price"), MoneyInput):
            terms["price"] = read_money(price, ctx.account.currency, f"/providers/{index}/price")
        overrides.append(ServiceOverride(0, 0, provider.resource, **terms))
    return overrides


def shown_providers(providers: EngineProviders, ctx: Context) -> Providers:
    """Who serves a service, as it is answered."""
    return Providers(
        served_by_all=providers.service.served_by_all,
        providers=[_shown_provider(override, ctx) for override in providers.overrides],
    )


def _shown_provider(override: ServiceOverride, ctx: Context) -> Provider:
    fields = same_fields(override, Provider, ctx.zone) | {
        "resource": write_id("resource", override.resource_id),
        "price": None if override.price is None else shown_money(override.price, ctx.account.currency),
    }
    return Provider(**fields)
