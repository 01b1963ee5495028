"""What one resource offers: its services, and how many of each it takes at one time.

Services of different capacity share a resource. Its own capacity is then a common multiple of theirs, of which each
service takes its part:

    services of capacity 1, 2 and 3     resource of capacity 6, of which they take 6, 3 and 2 units
"""

from collections.abc import Mapping, Sequence
from math import lcm

import msgspec

from kalends.engine.availability.interval import Interval
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.limits import LONGEST_MINUTES, MOST_UNITS, raise_if_faults, range_faults
from kalends.engine.refusals import Fault, Invalid


class OfferedService(msgspec.Struct, frozen=True):
    """A service as a resource is to offer it: `duration` in minutes, and `capacity` how many at one time.

    Without `service_id` it is a new one. `patch` are its own words, for all who offer it.
    """

    service_id: int | None
    duration: int
    capacity: int
    patch: ServicePatch


class ShownService(msgspec.Struct, frozen=True):
    """A service as a resource offers it; `override` is None for one that every resource may serve."""

    service: Service
    override: ServiceOverride | None
    duration: int
    capacity: int


class Offering(msgspec.Struct, frozen=True):
    """A resource with the services that it offers and the intervals at which it is open."""

    resource: Resource
    services: tuple[ShownService, ...]
    intervals: tuple[Interval, ...]


def shown_service(resource: Resource, service: Service, override: ServiceOverride | None) -> ShownService:
    """How a resource offers a service."""
    duration = override.duration if override and override.duration is not None else service.duration
    units = (override and override.resource_units) or 1
    return ShownService(service, override, duration, resource.capacity // units)


def check_offered(offered: Sequence[OfferedService]) -> None:
    """Raises Invalid(duration, capacity: out_of_range; services: invalid for one that is named twice)."""
    faults = []
    for service in offered:
        faults += range_faults("duration", service.duration, 1, LONGEST_MINUTES)
        faults += range_faults("capacity", service.capacity, 1, MOST_UNITS)
    named = [service.service_id for service in offered if service.service_id is not None]
    raise_if_faults([*faults, Fault("services", "invalid")] if len(set(named)) < len(named) else faults)


def shared_capacity(
    resource: Resource, present: Mapping[int, ShownService], offered: Sequence[OfferedService]
) -> tuple[int, list[int]]:
    """The capacity that a resource needs for these services, and the units of it that each takes.

    They stay as they are if each is shown with that capacity already. Raises Invalid(capacity: out_of_range) when the
    common multiple is too large.
    """
    shown = [present.get(service.service_id or 0) for service in offered]
    if all(known and known.capacity == service.capacity for known, service in zip(shown, offered, strict=True)):
        return resource.capacity, [(known and known.override and known.override.resource_units) or 1 for known in shown]
    capacity = lcm(*(service.capacity for service in offered))
    if capacity > MOST_UNITS:
        raise Invalid(Fault("capacity", "out_of_range"))
    return capacity, [capacity // service.capacity for service in offered]
