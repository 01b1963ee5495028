"""What an account offers: sites, resources and their parts, services."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec


class Site(msgspec.Struct, frozen=True):
    """A place with an address and a time zone."""

    account_id: int
    id: int
    name: str
    time_zone: str
    holiday_calendar_id: int | None
    street: str
    postcode: str
    city: str
    country: str
    phone: str
    email: str
    active: bool
    details: dict[str, Any]


class Resource(msgspec.Struct, frozen=True):
    """What is occupied: a person, a space, equipment, or inventory whose capacity is its quantity.

    `path` holds the ids from the root of its tree down to itself.
    """

    account_id: int
    id: int
    site_id: int
    parent_id: int | None
    path: tuple[int, ...]
    kind: str
    title: str
    notes: str
    capacity: int
    always_open: bool
    position: int
    external_id: str | None
    active: bool
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class Service(msgspec.Struct, frozen=True):
    """What is offered. All lengths of time are minutes; `notice` and `horizon` bound how early and late one may book.

    `kind` is `appointment` (takes a resource) or `attendance` (takes seats in sessions).
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
    price: Decimal | None
    tax_rate: Decimal | None
    active: bool
    position: int
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class Offered(msgspec.Struct, frozen=True):
    """One resource serving one service; a null field means as the service says."""

    account_id: int
    service_id: int
    resource_id: int
    duration: int | None = None
    step: int | None = None
    buffer_before: int | None = None
    buffer_after: int | None = None
    price: Decimal | None = None


class Session(msgspec.Struct, frozen=True):
    """A planned occurrence that many can attend; it may occupy a resource. `series` joins those planned together."""

    account_id: int
    id: int
    service_id: int | None
    resource_id: int | None
    title: str
    notes: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    external_id: str | None
    series: str | None
    custom: dict[str, Any] | None
    details: dict[str, Any]
    revision: int
    archived_at: datetime | None
    deleted_at: datetime | None
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
