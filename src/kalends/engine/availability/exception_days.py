"""Days on which a resource is open otherwise than usual: read and changed one by one."""

from datetime import date, datetime

import msgspec

from kalends.engine.availability.openings import OpeningException


class ExceptionDay(msgspec.Struct, frozen=True):
    """A date with exceptions for a resource or, with `service_id`, for a service with own hours on it.

    `hours` are sorted pairs of wall minutes from midnight; empty means closed.
    """

    resource_id: int
    service_id: int | None
    day: date
    hours: tuple[tuple[int, int], ...]
    title: str
    created_at: datetime
    updated_at: datetime


class ChangedDays(msgspec.Struct, frozen=True):
    """Dates of a resource, or of a service with own hours on it, and the exceptions that replace all others on them."""

    resource_id: int
    service_id: int | None
    days: tuple[date, ...]
    exceptions: tuple[OpeningException, ...]


class ExceptionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which dates with exceptions to list, `first` and `last` included; `service_id` for the own hours of a service."""

    resource_id: int
    service_id: int | None = None
    first: date | None = None
    last: date | None = None
    limit: int = 50
    offset: int = 0
