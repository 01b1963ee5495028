"""Slots of several services one after another, and for several people at once.

cut     |--Ada--|
colour             |----Bo----|      begins when the cut is over, or up to half an hour later
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from kalends.engine.availability.slots import Slot
from kalends.engine.time.span import Span

LONGEST_GAP = timedelta(minutes=30)
"""How long one waits at most between two services."""


class Following(msgspec.Struct, frozen=True):
    """The slots of a service that follows another, in order of time. `turnaround` is the time between the two on the
    same resource, which their buffers take."""

    slots: Sequence[Slot]
    turnaround: timedelta


def for_people(slots: Sequence[Slot], people: int) -> list[Slot]:
    """The slots at which so many people can come, each to another resource. Where these take different lengths, a slot
    lasts as long as the longest."""
    if people == 1:
        return list(slots)
    at_once: dict[datetime, list[Slot]] = {}
    for slot in slots:
        at_once.setdefault(slot.span.start, []).append(slot)
    return [slot for slot in map(_joined, at_once.values()) if len(slot.resource_ids) >= people]


def _joined(slots: Sequence[Slot]) -> Slot:
    """Slots that begin together, as one."""
    return Slot(
        Span(slots[0].span.start, max(slot.span.end for slot in slots)),
        sum(slot.free for slot in slots),
        tuple(resource_id for slot in slots for resource_id in slot.resource_ids),
        sum(slot.capacity for slot in slots),
    )


def chained(slot: Slot, following: Sequence[Following], people: int) -> tuple[Slot, ...] | None:
    """The first slots of the following services that begin once what is before them is over; None if one has none."""
    chain = [slot]
    for service in following:
        after = _first_after(chain[-1], service, people)
        if after is None:
            return None
        chain.append(after)
    return tuple(chain[1:])


def _first_after(slot: Slot, service: Following, people: int) -> Slot | None:
    end = slot.span.end
    for after in service.slots[bisect_left(service.slots, end, key=lambda each: each.span.start) :]:
        if after.span.start > end + LONGEST_GAP:
            return None
        others = set(after.resource_ids) - set(slot.resource_ids)
        if len(others) >= people or after.span.start >= end + service.turnaround:
            return after
    return None
