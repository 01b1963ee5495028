"""Services that customers can book or buy."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.catalog.archived import archived_since
from kalends.engine.catalog.lengths import length_faults
from kalends.engine.catalog.own_texts import OwnTexts, in_language, own_text_faults
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
    raise_if_faults,
    range_faults,
    text_faults,
)
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault
from kalends.engine.time.span import Span, Spans

BOOKED = ("appointment", "attendance")
SOLD = ("product", "gift_card")
SERVICE_KINDS = (*BOOKED, *SOLD)
NEEDED_KINDS = set(RESOURCE_KINDS) - {"inventory"}
"""Resource kinds allowed in `also_needs`; inventory is booked as an extra instead."""


class Service(msgspec.Struct, frozen=True):
    """A service. All lengths of time are minutes.

    `kind` is `appointment` (occupies a resource), `attendance` (takes seats in group sessions), `product` or
    `gift_card` (sold, never booked).

    A booking must start at least `notice` and at most `horizon` from now. `most_units` limits one booking: how many
    people may come together. It is not the capacity at one time, which is the `capacity` of the resource or session,
    nor the number of consecutive slots of one booking (MakePlans reference, max_slots), which is not limited.
    `session_capacity`: the capacity of its sessions unless they set their own; None is that of their resource, else 1.

    `own_hours`: whether the service has opening hours of its own at each resource, which replace the resource's; None:
    on the weekdays on which there are some.
    `served_by_all`: every active resource but inventory serves it; else those assigned to it do. Assigning one ends it.
    `also_needs`: kinds of resources, one of each of which a booking occupies besides its own resource.
    `archived_at`: since when it is hidden and not for new bookings.
    `public`: whether customers are shown it where they book for themselves.
    `texts`: title and description in other languages, as customers are shown them.
    `valid_from`, `valid_until`: the public is offered times from and until then only; None is no bound.
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
    own_hours: bool | None
    served_by_all: bool
    price: Decimal | None
    tax_rate: Decimal | None
    position: int
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    image: str = ""
    also_needs: tuple[str, ...] = ()
    session_capacity: int | None = None
    archived_at: datetime | None = None
    public: bool = True
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    revision: int = 0
    texts: OwnTexts = {}

    def title_in(self, language: str) -> str:
        """The title in a language, else the usual one."""
        return in_language(self.texts, language, "title", self.title)

    def description_in(self, language: str) -> str:
        """The description in a language, else the usual one."""
        return in_language(self.texts, language, "description", self.description)

    @property
    def active(self) -> bool:
        """Whether it is not archived."""
        return self.archived_at is None

    def validity(self, window: Span) -> Spans:
        """The part of a window in which the service is offered to the public."""
        start = max(self.valid_from or window.start, window.start)
        return Spans.of([Span(start, min(self.valid_until or window.end, window.end))])


class ServicePatch(Patch, frozen=True, kw_only=True):
    """Changes to a service; one that is not `active` is archived.

    A `step` equal to the duration follows it, unless the patch sets it.
    """

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
    own_hours: bool | UnsetType | None = UNSET
    served_by_all: bool | UnsetType = UNSET
    price: Decimal | UnsetType | None = UNSET
    tax_rate: Decimal | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    details: dict[str, Any] | UnsetType = UNSET
    image: str | UnsetType = UNSET
    also_needs: tuple[str, ...] | UnsetType = UNSET
    session_capacity: int | UnsetType | None = UNSET
    public: bool | UnsetType = UNSET
    valid_from: datetime | UnsetType | None = UNSET
    valid_until: datetime | UnsetType | None = UNSET
    texts: OwnTexts | UnsetType = UNSET


def new_service(patch: ServicePatch, account_id: int, service_id: int, now: datetime) -> Service:
    """A new service, by default an appointment of an hour.

    Raises Invalid(title: blank, invalid, too_long; description, image: invalid, too_long; kind, also_needs: unknown;
    duration, step, buffer_before, buffer_after, notice, horizon, most_units, session_capacity, position, price,
    tax_rate: out_of_range; valid_until: before_start; texts: unknown, invalid, too_long, too_many).
    """
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
        own_hours=None,
        served_by_all=True,
        price=None,
        tax_rate=None,
        position=0,
        details={},
        created_at=now,
        updated_at=now,
    )
    return changed_service(blank, patch, now)


def changed_service(current: Service, patch: ServicePatch, now: datetime) -> Service:
    """The service with the patch applied; a step equal to the duration follows it, unless the patch sets it.

    Raises Invalid(title: blank, invalid, too_long; description, image: invalid, too_long; kind, also_needs: unknown;
    duration, step, buffer_before, buffer_after, notice, horizon, most_units, session_capacity, position, price,
    tax_rate: out_of_range; valid_until: before_start; texts: unknown, invalid, too_long, too_many).
    """
    if patch.step is UNSET and current.step == current.duration:
        patch = msgspec.structs.replace(patch, step=patch.duration)
    service = patched(current, msgspec.structs.replace(patch, active=UNSET))
    service = msgspec.structs.replace(service, archived_at=archived_since(current.archived_at, patch.active, now))
    faults = text_faults("title", service.title, LONGEST_LINE, required=True)
    faults += [] if service.kind in SERVICE_KINDS else [Fault("kind", "unknown")]
    faults += [] if set(service.also_needs) <= NEEDED_KINDS else [Fault("also_needs", "unknown")]
    faults += length_faults(service)
    faults += range_faults("notice", service.notice, 0, FARTHEST_MINUTES)
    faults += range_faults("horizon", service.horizon, 0, FARTHEST_MINUTES)
    faults += range_faults("most_units", service.most_units, 1, MOST_UNITS)
    faults += range_faults("session_capacity", service.session_capacity, 1, MOST_UNITS)
    if service.valid_from and service.valid_until and service.valid_until <= service.valid_from:
        faults.append(Fault("valid_until", "before_start"))
    faults += position_faults("position", service.position)
    faults += amount_faults("price", service.price)
    faults += amount_faults("tax_rate", service.tax_rate, TAX_RATE_BOUND, TAX_RATE_DECIMALS)
    faults += text_faults("description", service.description, LONGEST_TEXT)
    faults += own_text_faults(service.texts)
    raise_if_faults(faults + text_faults("image", service.image, LONGEST_TEXT))
    return service
