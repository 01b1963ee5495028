"""Since when sites and services are archived: hidden, and not for new bookings; what is booked stays."""

from datetime import datetime

from msgspec import UNSET, UnsetType


def archived_since(present: datetime | None, active: bool | UnsetType, now: datetime) -> datetime | None:
    """Since when a record is archived, None if it is not, after a patch that sets `active`; archiving it again changes
    nothing."""
    if active is UNSET:
        return present
    return None if active else present or now
