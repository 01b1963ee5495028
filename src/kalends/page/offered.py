"""Which services visitors can book on the page, and who serves each."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.engine.availability.companions import has_companions, is_offered_by
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import BOOKED, Service


class Offered(msgspec.Struct, frozen=True):
    """A service with the `resources` that serve visitors, by their ids, of which some have `own_terms`. A service that
    is attended has none, as its sessions have theirs already."""

    service: Service
    resources: Mapping[int, Resource]
    own_terms: Mapping[int, ServiceAssignment]

    @property
    def is_bookable(self) -> bool:
        """Whether visitors can book it, when there is time."""
        return self.service.kind == "attendance" or bool(self.resources)

    @property
    def terms(self) -> tuple[ServiceAssignment | None, ...]:
        """The own terms of each who serves it; None for who serves it as all do."""
        return tuple(map(self.own_terms.get, self.resources))


async def with_serving(ctx: Context, services: Sequence[Service]) -> list[Offered]:
    """Those of these services that visitors may know of, each with who serves them: those of whom its times are."""
    own_terms: dict[int, dict[int, ServiceAssignment]] = {
        service.id: {} for service in services if service.public and service.active and service.kind in BOOKED
    }
    for assignment in await list_assignments(ctx, list(own_terms)):
        own_terms[assignment.service_id][assignment.resource_id] = assignment
    resources = await list_resources(ctx)
    return [
        Offered(service, _serving(ctx, service, resources, own_terms[service.id]), own_terms[service.id])
        for service in services
        if service.id in own_terms
    ]


async def list_bookable_services(ctx: Context, services: Sequence[Service]) -> list[Offered]:
    """Those of these services that visitors can book, with who serves each."""
    return [offered for offered in await with_serving(ctx, services) if offered.is_bookable]


def _serving(
    ctx: Context, service: Service, resources: Sequence[Resource], own_terms: Mapping[int, ServiceAssignment]
) -> dict[int, Resource]:
    """Who serves it, as far as there is what it needs besides; nobody what is attended."""
    return {
        each.id: each
        for each in resources
        if service.kind != "attendance"
        and (each.id in own_terms or (service.served_by_all and each.kind != "inventory"))
        and is_offered_by(service, each, ctx.principal)
        and has_companions(service, each, resources, own_terms)
    }
