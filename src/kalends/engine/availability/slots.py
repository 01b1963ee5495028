"""Offers as a calendar shows them: one slot for each time, whoever is free then."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from kalends.engine.availability.offers import FreeSlot
from kalends.engine.time.span import Span


class Slot(msgspec.Struct, frozen=True):
    """A time that can be booked: `free` units in all, on these resources, the best first, that hold `capacity` units
    together; or that many seats in a session."""

    span: Span
    free: int
    resource_ids: tuple[int, ...]
    capacity: int
    session_id: int | None = None


def slots_of(offers: Iterable[FreeSlot], capacities: Mapping[int, int]) -> list[Slot]:
    """The offers of one service, in the order of its resources, put together by time, chronological."""
    together: dict[tuple[datetime, datetime], list[FreeSlot]] = {}
    for offer in offers:
        span = offer.span
        together.setdefault((span.start, span.end), []).append(offer)
    return [
        Slot(
            same[0].span,
            sum([offer.free for offer in same]),
            tuple([offer.resource_id for offer in same]),
            sum([capacities[offer.resource_id] for offer in same]),
        )
        for _, same in sorted(together.items())
    ]
