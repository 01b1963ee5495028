"""Which resource serves which service, and what it overrides of the service there."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.catalog.lengths import length_faults
from kalends.engine.limits import MOST_UNITS, amount_faults, position_faults, raise_if_faults, range_faults
from kalends.engine.patch import Patch, changes, patched
from kalends.engine.refusals import Duplicate, Fault


class ServiceOverride(msgspec.Struct, frozen=True):
    """What one resource overrides of one service that it serves; None keeps the service's value. Lengths in minutes.

    `resource_units` are the units of the resource that one unit of the service takes, None is 1: a resource of capacity
    6 can serve one at a time of a service that takes 6, and three of another that takes 2.
    """

    account_id: int
    service_id: int
    resource_id: int
    duration: int | None = None
    step: int | None = None
    buffer_before: int | None = None
    buffer_after: int | None = None
    price: Decimal | None = None
    resource_units: int | None = None


def check_overrides(overrides: Sequence[ServiceOverride]) -> None:
    """Raises Invalid(duration, step, buffer_before, buffer_after, resource_units, price: out_of_range), or
    Duplicate(resource_id) if a resource is assigned twice."""
    faults: list[Fault] = []
    for override in overrides:
        faults += length_faults(override) + amount_faults("price", override.price)
        faults += range_faults("resource_units", override.resource_units, 1, MOST_UNITS)
    raise_if_faults(faults)
    if len({override.resource_id for override in overrides}) < len(overrides):
        raise Duplicate("resource_id")


class ServiceAssignment(ServiceOverride, frozen=True, kw_only=True):
    """One resource serving one service, with an id of its own. `position` orders the resources of the service."""

    id: int
    position: int | None
    created_at: datetime
    updated_at: datetime


class ServiceAssignmentPatch(Patch, frozen=True, kw_only=True):
    """Changes to an assignment. A new one needs `service_id` and `resource_id`."""

    service_id: int | UnsetType = UNSET
    resource_id: int | UnsetType = UNSET
    duration: int | UnsetType | None = UNSET
    step: int | UnsetType | None = UNSET
    buffer_before: int | UnsetType | None = UNSET
    buffer_after: int | UnsetType | None = UNSET
    price: Decimal | UnsetType | None = UNSET
    position: int | UnsetType | None = UNSET


def new_assignment(
    patch: ServiceAssignmentPatch, account_id: int, assignment_id: int, now: datetime
) -> ServiceAssignment:
    """A new assignment.

    Raises Invalid(service_id, resource_id: blank; duration, step, buffer_before, buffer_after, price, position:
    out_of_range).
    """
    fields = changes(patch)
    raise_if_faults(Fault(name, "blank") for name in ("service_id", "resource_id") if name not in fields)
    blank = ServiceAssignment(
        account_id=account_id,
        id=assignment_id,
        service_id=fields["service_id"],
        resource_id=fields["resource_id"],
        position=None,
        created_at=now,
        updated_at=now,
    )
    return changed_assignment(blank, patch)


def changed_assignment(current: ServiceAssignment, patch: ServiceAssignmentPatch) -> ServiceAssignment:
    """The assignment with the patch applied. Raises Invalid(duration, step, buffer_before, buffer_after, price,
    position: out_of_range)."""
    assignment = patched(current, patch)
    faults = [*length_faults(assignment), *amount_faults("price", assignment.price)]
    raise_if_faults(faults + position_faults("position", assignment.position))
    return assignment
