"""Slots: the free times of a service, one for each time, whichever resources are free then."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from kalends.engine.availability.free_slots import FreeSlot
from kalends.engine.time.span import Span


class Slot(msgspec.Struct, frozen=True):
    """A time that can be booked.

    `free` is the number of free units on all `resource_ids`, which are in order of preference, and `capacity` their
    total capacity. For a session, they are its free seats and all its seats.
    """

    span: Span
    free: int
    resource_ids: tuple[int, ...]
    capacity: int
    session_id: int | None = None


def slots_of(offers: Iterable[FreeSlot], capacities: Mapping[int, int]) -> list[Slot]:
    """The offers of one service grouped by time, chronological.

    Offers are in the order in which resources are preferred; `capacities` are by resource id.
    """
    offers_by_time: dict[tuple[datetime, datetime], list[FreeSlot]] = {}
    for offer in offers:
        span = offer.span
        offers_by_time.setdefault((span.start, span.end), []).append(offer)
    return [
        Slot(
            group[0].span,
            sum([offer.free for offer in group]),
            tuple([offer.resource_id for offer in group]),
            sum([capacities[offer.resource_id] for offer in group]),
        )
        for _, group in sorted(offers_by_time.items())
    ]
