"""Group sessions."""

from datetime import datetime
from typing import Any

import msgspec


class GroupSession(msgspec.Struct, frozen=True):
    """A planned occurrence that many can attend; it may occupy a resource, and those of `also_resource_ids` besides.

    `series` joins those planned together.
    """

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
    also_resource_ids: tuple[int, ...] = ()
