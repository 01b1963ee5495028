"""Group sessions."""

from datetime import datetime
from typing import Any

import msgspec


class GroupSession(msgspec.Struct, frozen=True):
    """A planned occurrence that many can attend.

    It may take the whole of `resource_id`, and of the resources in `also_resource_ids`. Sessions that were created
    together have the same `series`, a UUID.
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

    @property
    def resource_ids(self) -> tuple[int | None, ...]:
        """The resources with which it takes place."""
        return (self.resource_id, *self.also_resource_ids)
