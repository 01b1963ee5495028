"""Visits: times of one booking that belong together, as the booking page books them.

cut     |--Ada--|                      one visit: a service that follows another once that is over, or up to half
colour             |----Bo----|        an hour later, for as many people

cut     |--Ada--|     |--Bo--|         two visits: these two have nothing to do with each other
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain

import msgspec

from kalends.engine.availability.chains import LONGEST_GAP
from kalends.engine.bookings.views import ItemView


class Visit(msgspec.Struct, frozen=True):
    """Times that belong together, in order: one for each of the people, with as many at each start."""

    items: tuple[ItemView, ...]

    @property
    def starts(self) -> tuple[datetime, ...]:
        """When its services begin, one after another."""
        return tuple(dict.fromkeys(view.item.starts_at for view in self.items))

    @property
    def people(self) -> int:
        """How many come at once, each to another resource."""
        return len(self.items) // len(self.starts)

    @property
    def service_ids(self) -> tuple[int | None, ...]:
        """Its services, one after another."""
        return tuple(view.item.service_id for view in self.items[:: self.people])

    @property
    def by_service(self) -> tuple[tuple[ItemView, ...], ...]:
        """The times of each of its services, which begin together."""
        people = self.people
        return tuple(self.items[first : first + people] for first in range(0, len(self.items), people))


def visits_of(views: Iterable[ItemView]) -> list[Visit]:
    """What of these items, in order of time, belongs together. Seats, dates of a series and what is of no service are
    visits by themselves."""
    visits: list[list[list[ItemView]]] = []
    for at_once in _at_once(views):
        if visits and _follows(visits[-1][-1], at_once):
            visits[-1].append(at_once)
        else:
            visits.append([at_once])
    return [Visit(tuple(chain.from_iterable(visit))) for visit in visits]


def _at_once(views: Iterable[ItemView]) -> Iterator[list[ItemView]]:
    """The items by what begins together at a site: the same service for as many, each with another resource."""
    groups: dict[object, list[ItemView]] = {}
    for view in views:
        item = view.item
        alike = item.starts_at, item.service_id, item.units, view.site_id
        key = alike if _is_linked(view) else item.id
        groups.setdefault(key, []).append(view)
    for group in groups.values():
        is_one = len({view.item.resource_id for view in group}) == len(group)
        yield from [group] if is_one else [[view] for view in group]


def _follows(before: Sequence[ItemView], after: Sequence[ItemView]) -> bool:
    first, then = before[0], after[0]
    if not (_is_linked(first) and _is_linked(then)) or len(before) != len(after):
        return False
    is_alike = (first.item.units, first.site_id) == (then.item.units, then.site_id)
    gap = then.item.starts_at - max(view.item.ends_at for view in before)
    return is_alike and timedelta() <= gap <= LONGEST_GAP


def _is_linked(view: ItemView) -> bool:
    return view.item.session_id is None and view.item.service_id is not None and not view.recurs
