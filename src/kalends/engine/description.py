"""An account described from outside: what a file says, checked before anything is done.

docs/apply.md tells the form. What a file does not name is UNSET, and is left as it is.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.engine.clock import DAY, MINUTES_A_DAY, instant, zone
from kalends.engine.described import (
    Country,
    Said,
    SaidCalendar,
    SaidEvent,
    SaidException,
    SaidField,
    SaidGroup,
    SaidKey,
    SaidOpening,
    SaidResource,
    SaidService,
    SaidSite,
    Text,
)
from kalends.engine.openings import Opening, OpeningException
from kalends.engine.policy import Policy
from kalends.engine.refusals import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
_PLACE = re.compile(r"(?P<what>.+) - at `\$\.?(?P<where>.*)`", re.DOTALL)


class Misdescribed(Exception):
    """A description that can't be followed; the message is one line that says where and why."""


class Description(Said, frozen=True, kw_only=True):
    """A whole account, as far as it is described."""

    slug: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
    name: Text | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    locale: Text | UnsetType = UNSET
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    policy: Mapping[str, Any] = {}
    profile: Mapping[str, str] = {}
    customer_groups: tuple[SaidGroup, ...] = ()
    fields: tuple[SaidField, ...] = ()
    holiday_calendars: tuple[SaidCalendar, ...] = ()
    sites: tuple[SaidSite, ...] = ()
    resources: tuple[SaidResource, ...] = ()
    services: tuple[SaidService, ...] = ()
    events: tuple[SaidEvent, ...] = ()
    keys: tuple[SaidKey, ...] = ()


def read(said: Mapping[str, Any]) -> Description:
    """The description that a TOML file, read as a dict, holds. Raises Misdescribed."""
    try:
        return msgspec.convert(dict(said), Description)
    except msgspec.ValidationError as error:
        placed = _PLACE.fullmatch(str(error))
        raise Misdescribed(f"{placed['where']}: {placed['what']}" if placed else str(error)) from error


def named(said: Said, *without: str) -> dict[str, Any]:
    """The fields that are named, by the engine's names."""
    values = {name: getattr(said, name) for name in said.__struct_fields__ if name not in without}
    return {name: value for name, value in values.items() if value is not UNSET}


def policy(said: Mapping[str, Any], present: Policy) -> Policy:
    """The present policy, changed as said. Raises Misdescribed."""
    if strange := sorted(said.keys() - set(Policy.__struct_fields__)):
        raise Misdescribed(f"policy: there is no rule `{strange[0]}`")
    try:
        changed = msgspec.convert({**msgspec.to_builtins(present), **said}, Policy)
    except msgspec.ValidationError as error:
        raise Misdescribed(f"policy: {error}") from error
    if changed.verification not in ("none", "email", "sms"):
        raise Misdescribed("policy: verification is none, email or sms")
    return changed


def known_zone(name: str) -> str:
    """The name of a time zone that there is. Raises Misdescribed."""
    try:
        return zone(name).key
    except Invalid as unknown:
        raise Misdescribed(f"there is no time zone `{name}`") from unknown


def openings(said: SaidOpening, service_ids: frozenset[int] | None) -> list[Opening]:
    """One opening for each weekday. Raises Misdescribed."""
    opens, closes = _hours(said.opens, said.closes)
    if said.valid_from and said.valid_until and said.valid_until <= said.valid_from:
        raise Misdescribed(f"until {said.valid_until} is not after from {said.valid_from}")
    return [
        Opening(DAYS.index(day) + 1, opens, closes, said.valid_from, said.valid_until, service_ids)
        for day in dict.fromkeys(said.days)
    ]


def exception(said: SaidException, service_ids: frozenset[int] | None) -> OpeningException:
    """The exception meant. Raises Misdescribed."""
    first, until = (said.day, said.day + DAY) if said.day else (said.day_from, said.day_until)
    if first is None or until is None or until <= first or (said.day and (said.day_from or said.day_until)):
        raise Misdescribed("an exception needs a day, or from and a later until")
    if (said.opens is None) != (said.closes is None):
        raise Misdescribed("an exception has both opens and closes, or neither")
    opens, closes = _hours(said.opens, said.closes) if said.opens and said.closes else (None, None)
    return OpeningException(first, until, opens, closes, said.title, service_ids)


def event(said: SaidEvent, at: ZoneInfo) -> dict[str, Any]:
    """The fields of engine.event.Event that are meant, `at` a place in that zone. Raises Misdescribed."""
    starts, ends = _hours(said.starts, said.ends)
    if said.last_day is not None:
        ends = _minute(said.ends)
    clocks = {name: getattr(said, name) for name in ("entrance", "beginning")}
    return {
        **named(said, "day", "last_day", "starts", "ends", *clocks),
        **{f"{name}_minute": _minute(text) for name, text in clocks.items() if text is not UNSET},
        "starts_at": instant(said.day, starts, at),
        "ends_at": instant(said.last_day or said.day, ends, at, ends=True),
    }


def _hours(opens: str, closes: str) -> tuple[int, int]:
    start, end = _minute(opens), _minute(closes)
    if start >= MINUTES_A_DAY:
        raise Misdescribed("nothing opens at 24:00; say 00:00 of the next day")
    return start, end if end > start else end + MINUTES_A_DAY


def _minute(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    minute = int(match[1]) * 60 + int(match[2]) if match else MINUTES_A_DAY + 1
    if minute > MINUTES_A_DAY:
        raise Misdescribed(f"`{text}` is no time of day such as 08:30 or 24:00")
    return minute
