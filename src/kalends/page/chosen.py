"""Which time a visitor has chosen, as `views/times.py` writes it into the page."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from kalends.actions.bookings.starts import list_starts
from kalends.actions.context import Context
from kalends.engine.availability.starts import Start
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.time.clock import wall
from kalends.engine.time.span import Span
from kalends.page.choices import Choices, is_near
from kalends.page.views.questions import PREFIX

_SESSION = "session "
_WITH_ZONE = Annotated[datetime, msgspec.Meta(tz=True)]
_MOMENT = timedelta(seconds=1)
_LONGEST_ID = 16


class Chosen(msgspec.Struct, frozen=True):
    """A time: a session, or a start, of one resource or (None) of any."""

    session_id: int | None = None
    starts_at: datetime | None = None
    resource_id: int | None = None


def read_chosen(text: str) -> Chosen | None:
    """What a form has sent for a time; None if that is none."""
    if text.startswith(_SESSION):
        session_id = _id(text.removeprefix(_SESSION))
        return None if session_id is None else Chosen(session_id)
    moment, _, resource = text.partition(" ")
    try:
        starts_at: datetime = msgspec.convert(moment, _WITH_ZONE)
    except msgspec.ValidationError:
        return None
    resource_id = _id(resource)
    if not is_near(starts_at) or (resource and resource_id is None):
        return None
    return Chosen(None, starts_at, resource_id)


async def is_offered(ctx: Context, choices: Choices, chosen: Chosen) -> bool:
    """Whether a start is one of those that the page shows; a session is looked at when it is booked."""
    if chosen.starts_at is None:
        return True
    limited = msgspec.structs.replace(choices, resource_id=chosen.resource_id or choices.resource_id)
    return bool(await list_starts(ctx, limited.starts(Span(chosen.starts_at, chosen.starts_at + _MOMENT))))


def request_of(choices: Choices, chosen: Chosen) -> BookingRequest:
    """The request for a chosen time of a service."""
    if chosen.session_id is not None:
        return BookingRequest(lines=(RequestedLine(session_id=chosen.session_id, units=choices.units),))
    line = RequestedLine(
        service_id=choices.service.id,
        resource_id=chosen.resource_id or choices.resource_id,
        site_id=choices.site_id,
        starts_at=chosen.starts_at,
        units=choices.units,
    )
    return BookingRequest(lines=(line,))


def nearest_to(starts: list[Start], chosen: Chosen, most: int) -> list[Start]:
    """Those of the starts that are nearest to the chosen time, in order of time."""
    wanted = chosen.starts_at
    if wanted is None:
        return starts[:most]
    near = sorted(starts, key=lambda start: abs(start.slot.span.start - wanted))[:most]
    return sorted(near, key=lambda start: start.position)


def on_day(choices: Choices, chosen: Chosen, ctx: Context) -> Choices:
    """The choices, with the page open at the date of the chosen time."""
    if chosen.starts_at is None:
        return choices
    day = wall(chosen.starts_at, ctx.zone)[0]
    return msgspec.structs.replace(choices, day=day, month=day.replace(day=1))


def kept_details(sent: Mapping[str, str]) -> dict[str, str]:
    """What a visitor has typed already, which goes along when they choose another time."""
    return {name: text for name, text in sent.items() if text and (name in KEPT or name.startswith(PREFIX))}


KEPT = ("name", "email", "phone", "comments", "ref")


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_ID else None
