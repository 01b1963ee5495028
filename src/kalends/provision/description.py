"""An account described from outside: what a file says, checked before anything is done.

docs/apply.md tells the form. What a file does not name is UNSET, and is left as it is.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.engine.accounts.account import PolicyPatch
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.availability.openings import Opening, OpeningException
from kalends.engine.billing.occasion import OccasionPatch
from kalends.engine.patch import patch_from
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, instant
from kalends.provision.tables import (
    Country,
    DescribedCalendar,
    DescribedEvent,
    DescribedException,
    DescribedField,
    DescribedGroup,
    DescribedKey,
    DescribedOpening,
    DescribedResource,
    DescribedService,
    DescribedSite,
    DescribedTable,
    Text,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
_PLACE = re.compile(r"(?P<what>.+) - at `\$\.?(?P<where>.*)`", re.DOTALL)


class Misdescribed(Exception):
    """A description that can't be followed; the message is one line that says where and why."""


class Description(DescribedTable, frozen=True, kw_only=True):
    """A whole account, as far as it is described."""

    slug: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
    name: Text | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    locale: Text | UnsetType = UNSET
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    policy: PolicyPatch = PolicyPatch()
    profile: ProfilePatch = ProfilePatch()
    customer_groups: tuple[DescribedGroup, ...] = ()
    fields: tuple[DescribedField, ...] = ()
    holiday_calendars: tuple[DescribedCalendar, ...] = ()
    sites: tuple[DescribedSite, ...] = ()
    resources: tuple[DescribedResource, ...] = ()
    services: tuple[DescribedService, ...] = ()
    events: tuple[DescribedEvent, ...] = ()
    keys: tuple[DescribedKey, ...] = ()


def read(said: Mapping[str, Any]) -> Description:
    """The description that a TOML file, read as a dict, holds. Raises Misdescribed."""
    try:
        return msgspec.convert(dict(said), Description)
    except msgspec.ValidationError as error:
        placed = _PLACE.fullmatch(str(error))
        raise Misdescribed(f"{placed['where']}: {placed['what']}" if placed else str(error)) from error


def openings(said: DescribedOpening, service_ids: frozenset[int] | None) -> list[Opening]:
    """One opening for each weekday. Raises Misdescribed."""
    opens, closes = _hours(said.opens, said.closes)
    if said.valid_from and said.valid_until and said.valid_until <= said.valid_from:
        raise Misdescribed(f"until {said.valid_until} is not after from {said.valid_from}")
    return [
        Opening(DAYS.index(day) + 1, opens, closes, said.valid_from, said.valid_until, service_ids)
        for day in dict.fromkeys(said.days)
    ]


def exception(said: DescribedException, service_ids: frozenset[int] | None) -> OpeningException:
    """The exception meant. Raises Misdescribed."""
    first, until = (said.day, said.day + DAY) if said.day else (said.day_from, said.day_until)
    if first is None or until is None or until <= first or (said.day and (said.day_from or said.day_until)):
        raise Misdescribed("an exception needs a day, or from and a later until")
    if (said.opens is None) != (said.closes is None):
        raise Misdescribed("an exception has both opens and closes, or neither")
    opens, closes = _hours(said.opens, said.closes) if said.opens and said.closes else (None, None)
    return OpeningException(first, until, opens, closes, said.title, service_ids)


def event(said: DescribedEvent, at: ZoneInfo) -> OccasionPatch:
    """The event that is meant, `at` a place in that zone. Raises Misdescribed."""
    starts, ends = _hours(said.starts, said.ends)
    if said.last_day is not None:
        ends = _minute(said.ends)
    return msgspec.structs.replace(
        patch_from(OccasionPatch, said),
        starts_at=instant(said.day, starts, at),
        ends_at=instant(said.last_day or said.day, ends, at, ends=True),
        entrance_minute=UNSET if said.entrance is UNSET else _minute(said.entrance),
        beginning_minute=UNSET if said.beginning is UNSET else _minute(said.beginning),
    )


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
