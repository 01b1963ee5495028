"""The weekly opening hours of a resource."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import OpeningId, OpeningRef, ServiceId, ServiceRef, write_id, write_optional_id
from kalends.api.times import Clock, ClockIn, clock_text
from kalends.engine.availability.openings import Opening as EngineOpening
from kalends.engine.availability.weekly_hours import WeeklyHours
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.refusals import Fault, Invalid

Weekday = Annotated[int, Meta(ge=1, le=7, description="1 is Monday, 7 is Sunday.", examples=[1])]
Closes = Annotated[
    str,
    Meta(
        pattern=r"^([0-3]\d|4[0-7]):[0-5]\d$|^48:00$",
        description="Wall time; from `24:00` on it is of the next day: `26:00` is two at night.",
        examples=["16:00"],
    ),
]
Name = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Mornings"])]
ValidFrom = Annotated[date, Meta(description="The first date for which it holds.", examples=["2027-01-01"])]
ValidTo = Annotated[date, Meta(description="The first date for which it does not any more.", examples=["2028-01-01"])]
MOST_OPENINGS = 1000


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Hours on one weekday, every week, by the clock of the site."""

    weekday: Weekday
    opens: Clock
    closes: Closes
    valid_from: ValidFrom | None
    valid_to: ValidTo | None
    services: Annotated[list[ServiceId] | None, Meta(description="The services that it is for; null is all.")]
    name: Name
    interval: Annotated[OpeningId | None, Meta(description="The same for hours that are one interval of several days.")]


class OpeningInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours on one weekday, every week, by the clock of the site."""

    weekday: Weekday
    opens: ClockIn
    closes: Closes
    valid_from: ValidFrom | UnsetType | None = UNSET
    valid_to: ValidTo | UnsetType | None = UNSET
    services: list[ServiceRef] | UnsetType | None = UNSET
    name: Name | UnsetType = UNSET
    interval: OpeningRef | UnsetType | None = UNSET


class Openings(msgspec.Struct, frozen=True, kw_only=True):
    """The weekly hours of a resource. A part that is always open is open when its whole is."""

    always_open: Annotated[bool, Meta(examples=[False])]
    openings: list[Opening]


class OpeningsInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weekly hours of a resource, in place of those that it has. It is `always_open` only without any."""

    always_open: Annotated[bool, Meta(examples=[False])] = False
    openings: Annotated[list[OpeningInput], Meta(max_length=MOST_OPENINGS)]


def minutes(closes: str) -> int:
    """Minutes from midnight of a time of the form of `Closes`."""
    hours, _, rest = closes.partition(":")
    return int(hours) * 60 + int(rest)


def read_openings(sent: OpeningsInput) -> list[EngineOpening]:
    """What was sent, as the engine takes it.

    Raises Invalid(/openings/N/opens, /openings/N/closes: out_of_range; /openings/N/valid_to: before_start;
    /always_open: invalid) with all faults.
    """
    faults = [Fault("/always_open", "invalid")] if sent.always_open and sent.openings else []
    openings = []
    for index, opening in enumerate(sent.openings):
        place = f"/openings/{index}"
        valid_from, valid_to = opening.valid_from or None, opening.valid_to or None
        if valid_from and valid_to and valid_to <= valid_from:
            faults.append(Fault(f"{place}/valid_to", "before_start"))
        try:
            openings.append(_opening(opening, valid_from, valid_to))
        except Invalid as invalid:
            faults += [Fault(f"{place}/{fault.field}", fault.reason) for fault in invalid.faults]
    if faults:
        raise Invalid(*faults)
    return openings


def _opening(sent: OpeningInput, valid_from: date | None, valid_to: date | None) -> EngineOpening:
    return EngineOpening(
        weekday=sent.weekday,
        opens=sent.opens,
        closes=minutes(sent.closes),
        valid_from=valid_from,
        valid_until=valid_to,
        service_ids=frozenset(sent.services) if sent.services else None,
        name=sent.name or "",
        group_id=sent.interval or None,
    )


def shown_openings(hours: WeeklyHours) -> Openings:
    """The hours as they are answered."""
    return Openings(
        always_open=hours.resource.always_open, openings=[shown_opening(opening) for opening in hours.openings]
    )


def shown_opening(opening: EngineOpening) -> Opening:
    """Hours on one weekday, as they are answered."""
    return Opening(
        weekday=opening.weekday,
        opens=clock_text(opening.opens),
        closes=clock_text(opening.closes),
        valid_from=opening.valid_from,
        valid_to=opening.valid_until,
        services=shown_services(opening.service_ids),
        name=opening.name,
        interval=write_optional_id("opening", opening.group_id),
    )


def shown_services(service_ids: frozenset[int] | None) -> list[str] | None:
    """The services that hours are for; None is all."""
    return None if service_ids is None else [write_id("service", service_id) for service_id in sorted(service_ids)]
