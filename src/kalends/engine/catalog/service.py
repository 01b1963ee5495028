"""Services: what is offered."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.catalog.lengths import length_faults
from kalends.engine.catalog.resource import RESOURCE_KINDS
from kalends.engine.limits import (
    FARTHEST_MINUTES,
    LONGEST_LINE,
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
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault

BOOKED = ("appointment", "attendance")
SOLD = ("product", "gift_card")
SERVICE_KINDS = (*BOOKED, *SOLD)
NEEDED_KINDS = set(RESOURCE_KINDS) - {"inventory"}
"""The kinds that a service may also need; inventory goes with a booking as an extra."""


class Service(msgspec.Struct, frozen=True):
    """What is offered. All lengths of time are minutes; `notice` and `horizon` bound how early and late one may book.

    `kind` is `appointment` (takes a resource), `attendance` (takes seats in sessions), or `product` or `gift_card`
    (sold, never booked). `most_units` is how many one booking may take: "how many people at most come together". How
    many fit at one time, in bookings of any size, is the `capacity` of the resource or session. How many starts in a
    row one booking may span (MakePlans reference, max_slots) is neither: a booking's length is free.

    `own_hours` means that its hours on a resource are those kept for it there, not the resource's. `served_by_all`
    means that any active resource serves it as long as none is named for it. `also_needs` are kinds of resources, of
    which a booking takes one each besides its own resource.
    """

    account_id: int
    id: int
    kind: str
    title: str
    description: str
    duration: int
    step: int
    buffer_before: int
    buffer_after: int
    notice: int | None
    horizon: int | None
    most_units: int
    own_hours: bool
    served_by_all: bool
    price: Decimal | None
    tax_rate: Decimal | None
    active: bool
    position: int
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    image: str = ""
    also_needs: tuple[str, ...] = ()


class ServicePatch(Patch, frozen=True, kw_only=True):
    """Fields of a service. `step` follows the duration while it is as long, unless it is set here."""

    kind: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    duration: int | UnsetType = UNSET
    step: int | UnsetType = UNSET
    buffer_before: int | UnsetType = UNSET
    buffer_after: int | UnsetType = UNSET
    notice: int | UnsetType | None = UNSET
    horizon: int | UnsetType | None = UNSET
    most_units: int | UnsetType = UNSET
    own_hours: bool | UnsetType = UNSET
    served_by_all: bool | UnsetType = UNSET
    price: Decimal | UnsetType | None = UNSET
    tax_rate: Decimal | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    details: dict[str, Any] | UnsetType = UNSET
    image: str | UnsetType = UNSET
    also_needs: tuple[str, ...] | UnsetType = UNSET


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
