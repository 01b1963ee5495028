"""What a request refers to by ids, and what was found of it."""

from collections.abc import Collection, Iterable

import msgspec

from kalends.engine.bookings.change_set import Claim
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import Customer


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """The ids that are to be looked up, and how many fresh ids are needed.

    Of `any_services` all resources that serve them are wanted too, at `site_ids` (None is any), and those of the kinds
    that they also need.
    """

    resources: frozenset[int] = frozenset()
    services: frozenset[int] = frozenset()
    sessions: frozenset[int] = frozenset()
    customers: frozenset[int] = frozenset()
    any_services: frozenset[int] = frozenset()
    new_items: int = 0
    new_booking: bool = False


class References(msgspec.Struct, frozen=True):
    """The records with those ids that are there and may be seen, with fresh ids to write under.

    `overrides` has, by service, who is named to serve it, in order; `goes_with`, by inventory, the resources that it is
    named to go with, where some are. `serving` has, by service, the active resources that may serve it, best first.
    """

    resources: dict[int, Resource] = {}
    services: dict[int, Service] = {}
    overrides: dict[int, tuple[ServiceOverride, ...]] = {}
    sessions: dict[int, GroupSession] = {}
    customers: dict[int, Customer] = {}
    goes_with: dict[int, frozenset[int]] = {}
    serving: dict[int, tuple[int, ...]] = {}
    item_ids: tuple[int, ...] = ()
    booking_id: int = 0
    uid: str = ""

    def resources_of(self, claims: Iterable[Claim]) -> list[Resource | None]:
        """The resources that are claimed, as far as they are known."""
        return [self.resources.get(claim.resource_id) for claim in claims]

    def override(self, service_id: int | None, resource_id: int | None) -> ServiceOverride | None:
        """How a resource serves a service, where that is said."""
        named = self.overrides.get(service_id or 0, ())
        return next((one for one in named if one.resource_id == resource_id), None)


NOTHING = References()


def trees_of(resources: Iterable[Resource | None]) -> tuple[int, ...]:
    """The roots of the trees of those that are known."""
    return tuple(sorted({one.path[0] for one in resources if one is not None}))


def named_by(request: BookingRequest) -> Named:
    """All that a request names."""
    lines = request.lines
    extras = [extra for line in lines for extra in line.extras]
    anywhere = {line.service_id for line in lines if line.resource_id is None and line.session_id is None}
    return Named(
        resources=_ids(
            [line.resource_id for line in lines],
            *(line.also_resource_ids for line in lines),
            [extra.resource_id for extra in extras],
        ),
        services=_ids([line.service_id for line in lines], [extra.service_id for extra in extras]),
        sessions=_ids([line.session_id for line in lines]),
        customers=_ids([request.customer_id], [line.booked_by_customer_id for line in lines]),
        any_services=_ids(anywhere),
        new_items=len(lines),
        new_booking=True,
    )


def named_extras(extras: Iterable[Extra]) -> tuple[frozenset[int], frozenset[int]]:
    """The resources (inventory) and the services that extras name."""
    known = list(extras)
    return _ids([extra.resource_id for extra in known]), _ids([extra.service_id for extra in known])


def _ids(*named: Collection[int | None]) -> frozenset[int]:
    return frozenset(one for ids in named for one in ids if one is not None)
