"""What resources, services and assignments must be like, new or changed."""

from datetime import datetime

import msgspec
from msgspec import UNSET

from kalends.engine.catalogue import (
    RESOURCE_KINDS,
    SERVICE_KINDS,
    Resource,
    ResourcePatch,
    Service,
    ServiceAssignment,
    ServiceAssignmentPatch,
    ServicePatch,
)
from kalends.engine.limits import (
    FARTHEST_MINUTES,
    LONGEST_LINE,
    LONGEST_MINUTES,
    LONGEST_TEXT,
    MOST_UNITS,
    TAX_RATE_BOUND,
    TAX_RATE_DECIMALS,
    amount_faults,
    position_faults,
    range_faults,
    refuse,
    text_faults,
)
from kalends.engine.patch import changes, patched
from kalends.engine.refusals import Fault

DEEPEST = 4
"""Levels of a tree of resources, the root counted."""
NEEDED_KINDS = set(RESOURCE_KINDS) - {"inventory"}
"""The kinds that a service may also need; inventory goes with a booking as an extra."""
_LENGTHS = (("duration", 1), ("step", 1), ("buffer_before", 0), ("buffer_after", 0))
"""Minutes, and how many there are at least."""


def new_resource(
    patch: ResourcePatch, account_id: int, resource_id: int, *, parent: Resource | None, site_id: int, now: datetime
) -> Resource:
    """A new resource at a site or, with a `parent`, as a part of it. Raises Invalid as `changed_resource` does."""
    blank = Resource(
        account_id=account_id,
        id=resource_id,
        site_id=site_id,
        parent_id=parent.id if parent else None,
        path=(*(parent.path if parent else ()), resource_id),
        kind="person",
        title="",
        notes="",
        capacity=1,
        always_open=True,
        position=0,
        external_id=None,
        active=True,
        details={},
        created_at=now,
        updated_at=now,
    )
    return changed_resource(blank, msgspec.structs.replace(patch, site_id=site_id))


def changed_resource(present: Resource, patch: ResourcePatch) -> Resource:
    """The resource with the patch applied; its place in the tree stays, and so does the site of a part.

    Raises Invalid(title: blank, invalid or too_long; kind: unknown; capacity, position: out_of_range; notes, image:
    invalid or too_long; parent_id: invalid or too_deep; site_id: invalid).
    """
    resource = patched(present, patch)
    faults = text_faults("title", resource.title, LONGEST_LINE, required=True)
    faults += [] if resource.kind in RESOURCE_KINDS else [Fault("kind", "unknown")]
    faults += range_faults("capacity", resource.capacity, 0, MOST_UNITS)
    faults += position_faults("position", resource.position)
    faults += text_faults("notes", resource.notes, LONGEST_TEXT) + text_faults("image", resource.image, LONGEST_TEXT)
    faults += [] if resource.parent_id == present.parent_id else [Fault("parent_id", "invalid")]
    faults += [] if len(resource.path) <= DEEPEST else [Fault("parent_id", "too_deep")]
    moves_part = present.parent_id is not None and resource.site_id != present.site_id
    refuse([*faults, Fault("site_id", "invalid")] if moves_part else faults)
    return resource


def new_service(patch: ServicePatch, account_id: int, service_id: int, now: datetime) -> Service:
    """A new service, an appointment of an hour where the patch does not say otherwise. Raises Invalid as
    `changed_service` does."""
    blank = Service(
        account_id=account_id,
        id=service_id,
        kind="appointment",
        title="",
        description="",
        duration=60,
        step=60,
        buffer_before=0,
        buffer_after=0,
        notice=None,
        horizon=None,
        most_units=1,
        own_hours=False,
        served_by_all=True,
        price=None,
        tax_rate=None,
        active=True,
        position=0,
        details={},
        created_at=now,
        updated_at=now,
    )
    return changed_service(blank, patch)


def changed_service(present: Service, patch: ServicePatch) -> Service:
    """The service with the patch applied; a step that was as long as the service stays so.

    Raises Invalid(title: blank, invalid or too_long; kind, also_needs: unknown; duration, step, buffer_before,
    buffer_after, notice, horizon, most_units, position, price, tax_rate: out_of_range; description, image: invalid or
    too_long).
    """
    if patch.step is UNSET and present.step == present.duration:
        patch = msgspec.structs.replace(patch, step=patch.duration)
    service = patched(present, patch)
    faults = text_faults("title", service.title, LONGEST_LINE, required=True)
    faults += [] if service.kind in SERVICE_KINDS else [Fault("kind", "unknown")]
    faults += [] if set(service.also_needs) <= NEEDED_KINDS else [Fault("also_needs", "unknown")]
    faults += length_faults(service)
    faults += range_faults("notice", service.notice, 0, FARTHEST_MINUTES)
    faults += range_faults("horizon", service.horizon, 0, FARTHEST_MINUTES)
    faults += range_faults("most_units", service.most_units, 1, MOST_UNITS)
    faults += position_faults("position", service.position)
    faults += amount_faults("price", service.price)
    faults += amount_faults("tax_rate", service.tax_rate, TAX_RATE_BOUND, TAX_RATE_DECIMALS)
    faults += text_faults("description", service.description, LONGEST_TEXT)
    refuse(faults + text_faults("image", service.image, LONGEST_TEXT))
    return service


def new_assignment(
    patch: ServiceAssignmentPatch, account_id: int, assignment_id: int, now: datetime
) -> ServiceAssignment:
    """A new assignment. Raises Invalid(service_id, resource_id: blank), and as `changed_assignment` does."""
    given = changes(patch)
    refuse(Fault(name, "blank") for name in ("service_id", "resource_id") if name not in given)
    blank = ServiceAssignment(
        account_id=account_id,
        id=assignment_id,
        service_id=given["service_id"],
        resource_id=given["resource_id"],
        position=None,
        created_at=now,
        updated_at=now,
    )
    return changed_assignment(blank, patch)


def changed_assignment(present: ServiceAssignment, patch: ServiceAssignmentPatch) -> ServiceAssignment:
    """The assignment with the patch applied. Raises Invalid(duration, step, buffer_before, buffer_after, price,
    position: out_of_range)."""
    assignment = patched(present, patch)
    faults = [*length_faults(assignment), *amount_faults("price", assignment.price)]
    refuse(faults + position_faults("position", assignment.position))
    return assignment


def length_faults(terms: Service | ServiceAssignment) -> list[Fault]:
    """Which of the four lengths of time are out_of_range; an assignment may leave each to its service."""
    return [
        fault for name, least in _LENGTHS for fault in range_faults(name, getattr(terms, name), least, LONGEST_MINUTES)
    ]
