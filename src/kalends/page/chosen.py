"""Which time a visitor has chosen, as `views/times.py` writes it into the page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from kalends.actions.bookings.courses import list_courses
from kalends.actions.bookings.starts import check_start
from kalends.actions.catalog.sites import zone_where
from kalends.actions.context import Context
from kalends.engine.availability.starts import Start
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.bookings.visits import visits_of
from kalends.engine.refusals import Full
from kalends.engine.time.clock import wall
from kalends.engine.time.span import Span
from kalends.page.choices import ORIGIN, THEN, Choices, is_near
from kalends.page.views.questions import PREFIX

_SESSION, _COURSE, _THEN = "session ", "course ", " then "
_WITH_ZONE = Annotated[datetime, msgspec.Meta(tz=True)]
_LONGEST_ID = 16


class Chosen(msgspec.Struct, frozen=True):
    """A time: a session, all sessions of a course (a series, by its UUID), or a start, of one resource or (None) of
    any; `then` are the starts of the services that follow."""

    session_id: int | None = None
    starts_at: datetime | None = None
    resource_id: int | None = None
    then: tuple[datetime, ...] = ()
    course: str = ""
    session_ids: tuple[int, ...] = ()


def read_chosen(text: str) -> Chosen | None:
    """What a form has sent for a time; None if that is none."""
    if text.startswith(_SESSION):
        session_id = _id(text.removeprefix(_SESSION))
        return None if session_id is None else Chosen(session_id)
    if text.startswith(_COURSE):
        return Chosen(course=text.removeprefix(_COURSE))
    first, *others = text.split(_THEN)
    moment, _, resource = first.partition(" ")
    try:
        starts_at, *then = (msgspec.convert(each, _WITH_ZONE) for each in (moment, *others))
    except msgspec.ValidationError:
        return None
    resource_id = _id(resource)
    if not all(map(is_near, (starts_at, *then))) or (resource and resource_id is None):
        return None
    return Chosen(None, starts_at, resource_id, tuple(then))


async def check_offered(ctx: Context, choices: Choices, chosen: Chosen) -> None:
    """Raises Full unless a start, or a course, is one of those that the page shows; a session is looked at when it is
    booked."""
    if chosen.course and not chosen.session_ids:
        raise Full("session")
    if chosen.starts_at is not None:
        limited = msgspec.structs.replace(choices, resource_id=chosen.resource_id or choices.resource_id)
        query = limited.starts(Span(chosen.starts_at, chosen.starts_at))
        await check_start(ctx, query, (chosen.starts_at, *chosen.then))


async def with_sessions(ctx: Context, choices: Choices, chosen: Chosen) -> Chosen:
    """The same; with the sessions of its course, if all of them can be booked."""
    if not chosen.course:
        return chosen
    courses = await list_courses(ctx, choices.service.id, choices.units)
    slots = next((course.slots for course in courses if course.series == chosen.course), ())
    ids = tuple(slot.session_id for slot in slots if slot.session_id is not None)
    return msgspec.structs.replace(chosen, session_ids=ids)


def request_of(choices: Choices, chosen: Chosen) -> BookingRequest:
    """The request for a chosen time of a service, with those that follow, for all who come."""
    if chosen.starts_at is None:
        session_ids = chosen.session_ids if chosen.course else (chosen.session_id,)
        return BookingRequest(lines=tuple(RequestedLine(session_id=each, units=choices.units) for each in session_ids))
    lines = (
        RequestedLine(
            service_id=service.id,
            resource_id=(chosen.resource_id or choices.resource_id) if starts_at == chosen.starts_at else None,
            site_id=choices.site_id,
            starts_at=starts_at,
            ends_at=None if length is None else starts_at + length,
            units=choices.units,
        )
        for (service, length), starts_at in zip(choices.services, (chosen.starts_at, *chosen.then), strict=False)
    )
    return BookingRequest(lines=tuple(line for line in lines for _ in range(choices.people)))


def sent_of(booking: BookingWithItems) -> dict[str, str]:
    """The parameters with which a page shows the times of what is held or booked."""
    visit = visits_of(booking.items)[0]
    numbers = {"units": visit.items[0].item.units, "people": visit.people}
    return {
        **{name: str(number) for name, number in numbers.items() if number > 1},
        **{name: str(service_id) for name, service_id in zip(THEN, visit.service_ids[1:], strict=False)},
    }


def chosen_of(booking: BookingWithItems) -> Chosen:
    """The time that is held or booked; of a course its first session."""
    visit = visits_of(booking.items)[0]
    first, *then = visit.starts
    session_id = visit.items[0].item.session_id
    return Chosen(None, first, None, tuple(then)) if session_id is None else Chosen(session_id)


def nearest_to(starts: list[Start], chosen: Chosen, most: int) -> list[Start]:
    """Those of the starts that are nearest to the chosen time, in order of time."""
    wanted = chosen.starts_at
    if wanted is None:
        return starts[:most]
    near = sorted(starts, key=lambda start: abs(start.slot.span.start - wanted))[:most]
    return sorted(near, key=lambda start: start.position)


async def on_day(choices: Choices, chosen: Chosen, ctx: Context) -> Choices:
    """The choices, with the page open at the date of the chosen time, by the clock of the site."""
    if chosen.starts_at is None:
        return choices
    day = wall(chosen.starts_at, await zone_where(ctx, choices.site_id, choices.resources))[0]
    return msgspec.structs.replace(choices, day=day, month=day.replace(day=1))


def kept_details(sent: Mapping[str, str]) -> dict[str, str]:
    """What a visitor has typed already, which goes along when they choose another time."""
    return {name: text for name, text in sent.items() if text and (name in KEPT or name.startswith(PREFIX))}


KEPT = ("name", "email", "phone", "comments", *ORIGIN)


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_ID else None
