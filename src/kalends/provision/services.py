"""Services and the resources that serve them, as a description has them."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.actions.catalog.services import add_service, change_service, list_services, set_overrides
from kalends.actions.context import Context
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.patch import patch_from
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, InvalidDescription, moment
from kalends.provision.tables import DescribedOffer, DescribedService


async def apply_services(
    ctx: Context, description: Description, resources: Mapping[str, Resource], applied: Applied
) -> dict[str, int]:
    """Add or change the described services; returns the ids of all services of the account by title.

    Of several services with one title the first in display order counts.
    """
    services = {service.title: service for service in reversed(await list_services(ctx, with_inactive=True))}
    for described in description.services:
        title = described.title
        present = services.get(title)
        with error_context(f"service {title}"):
            patch = patch_from(ServicePatch, described)
            patch = _with_validity(patch, ctx.zone)
            if described.resources is not UNSET:
                patch = msgspec.structs.replace(patch, served_by_all=not described.resources)
            service = await (change_service(ctx, present.id, patch) if present else add_service(ctx, patch))
            services[title] = service
            applied.note(f"service {title}", present, service)
            if await _apply_overrides(ctx, service, described, resources):
                applied.change(f"service {title}")
    return {title: service.id for title, service in services.items()}


def _with_validity(patch: ServicePatch, zone: ZoneInfo) -> ServicePatch:
    """The patch whose bounds of validity are instants."""
    bounds = {"valid_from": patch.valid_from, "valid_until": patch.valid_until}
    instants = {name: moment(at, zone) for name, at in bounds.items() if isinstance(at, datetime)}
    return msgspec.structs.replace(patch, **instants)


async def _apply_overrides(
    ctx: Context, service: Service, described: DescribedService, resources: Mapping[str, Resource]
) -> bool:
    """Replace the resources that serve the service, if any are described; returns whether anything changed."""
    if described.resources is UNSET:
        return False
    overrides: dict[int, ServiceOverride] = {}
    for name_or_offer in described.resources:
        offer = DescribedOffer(resource=name_or_offer) if isinstance(name_or_offer, str) else name_or_offer
        if offer.resource not in resources:
            raise InvalidDescription(f"there is no resource `{offer.resource}`")
        resource_id = resources[offer.resource].id
        overrides[resource_id] = ServiceOverride(
            account_id=ctx.account.id,
            service_id=service.id,
            resource_id=resource_id,
            duration=offer.duration,
            step=offer.step,
            buffer_before=offer.buffer_before,
            buffer_after=offer.buffer_after,
            price=offer.price,
            resource_units=offer.resource_units,
        )
    return await set_overrides(ctx, service.id, [overrides[resource_id] for resource_id in sorted(overrides)])
