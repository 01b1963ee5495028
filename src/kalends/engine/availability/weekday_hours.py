"""The usual hours of a resource on one weekday."""

from datetime import datetime

import msgspec

from kalends.engine.availability.openings import joined


class WeekdayHours(msgspec.Struct, frozen=True):
    """The weekly openings of a resource on a weekday (1 is Monday), as they are valid now, for any service.

    `opens` and `closes` are wall minutes from its midnight, up to 2880; the n-th of both belong together. `id` names
    resource and weekday. `updated_at`: when the resource or its openings last changed.
    """

    id: int
    resource_id: int
    site_id: int
    weekday: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    created_at: datetime
    updated_at: datetime

    @property
    def hours(self) -> list[tuple[int, int]]:
        """The hours as sorted pairs that neither touch nor overlap; none if it is closed all day."""
        return joined(zip(self.opens, self.closes, strict=True))
