"""Courses: series of group sessions in which one can book all dates that are to come."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.sessions import list_sessions
from kalends.actions.bookings.slots import slots
from kalends.actions.context import Context
from kalends.engine.availability.slots import Slot
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.time.span import Span

LONGEST_COURSE = timedelta(days=365)
MOST_DATES = 30
"""Dates that are booked at once."""


class Course(msgspec.Struct, frozen=True):
    """The dates of a series that are to come, in order; at each of them so many seats are free."""

    series: str
    slots: tuple[Slot, ...]

    @property
    def free(self) -> int:
        """How many can still book all of it."""
        return min(slot.free for slot in self.slots)


@allow("read", "customer", "guest", "practitioner")
async def list_courses(ctx: Context, service_id: int, units: int = 1) -> list[Course]:
    """The courses of a service in which the public can book so many seats at all dates to come, two to 30 of them, in
    order of their first date. Raises NotFound(service)."""
    window = Span(ctx.now, ctx.now + LONGEST_COURSE)
    offered = {slot.session_id: slot for slot in await slots(ctx, service_id, window, units=units)}
    query = SessionQuery(
        service_ids=(service_id,), starts_after=ctx.now, starts_before=window.end, limit=len(offered) + MOST_DATES
    )
    dates: dict[str, list[int]] = {}
    for session in (await list_sessions(ctx, query)).rows:
        if session.series is not None and session.archived_at is None:
            dates.setdefault(str(session.series), []).append(session.id)
    courses = (Course(series, _slots(offered, ids)) for series, ids in dates.items() if set(ids) <= offered.keys())
    return [course for course in courses if 2 <= len(course.slots) <= MOST_DATES]


def _slots(offered: dict[int | None, Slot], ids: Sequence[int]) -> tuple[Slot, ...]:
    return tuple(offered[session_id] for session_id in ids)
