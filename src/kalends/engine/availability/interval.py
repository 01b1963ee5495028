"""Weekly openings of a resource at the same hours, as one interval on several weekdays."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from kalends.engine.availability.openings import Opening


class Interval(msgspec.Struct, frozen=True):
    """Hours on some weekdays (1 is Monday), in minutes from their midnight, up to 2880 past the next one.

    `service_ids` None is for all services; `valid_until` is the first date that it is not for any more.
    """

    id: int | None
    name: str
    weekdays: tuple[int, ...]
    opens: int
    closes: int
    service_ids: frozenset[int] | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def is_valid(self, day: date) -> bool:
        """Whether the interval is in use on this date, if it is one of its weekdays."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


def openings_of(intervals: Iterable[Interval], new_ids: Sequence[int]) -> list[Opening]:
    """The openings that intervals mean; those without an id get one of the new ones."""
    ids = iter(new_ids)
    return [
        Opening(
            weekday=weekday,
            opens=interval.opens,
            closes=interval.closes,
            valid_from=interval.valid_from,
            valid_until=interval.valid_until,
            service_ids=interval.service_ids,
            name=interval.name,
            group_id=group_id,
        )
        for interval in intervals
        for group_id in [interval.id if interval.id is not None else next(ids)]
        for weekday in interval.weekdays
    ]
