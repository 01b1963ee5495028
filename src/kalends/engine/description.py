"""An account described from outside: what a file says, checked before anything is done.

docs/apply.md tells the form. What a file does not name is UNSET, and is left as it is.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from kalends.engine.clock import DAY, MINUTES_A_DAY, zone
from kalends.engine.openings import Opening, OpeningException
from kalends.engine.policy import Policy
from kalends.engine.refusals import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Text = Annotated[str, Meta(min_length=1)]
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
_PLACE = re.compile(r"(?P<what>.+) - at `\$\.?(?P<where>.*)`", re.DOTALL)


class Misdescribed(Exception):
    """A description that can't be followed; the message is one line that says where and why."""


class _Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class SaidOpening(_Said, frozen=True, kw_only=True):
    """Weekly hours; `closes` at or before `opens` is on the next day, `until` is the first date that is not meant."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...]
    opens: str
    closes: str
    valid_from: date | None = field(name="from", default=None)
    valid_until: date | None = field(name="until", default=None)
    services: tuple[str, ...] | None = None


class SaidException(_Said, frozen=True, kw_only=True):
    """Other hours, or none, on a `day`, or on the dates `from` one up to, not including, another."""

    day: date | None = None
    day_from: date | None = field(name="from", default=None)
    day_until: date | None = field(name="until", default=None)
    opens: str | None = None
    closes: str | None = None
    title: str = ""
    services: tuple[str, ...] | None = None


class SaidHoliday(_Said, frozen=True, kw_only=True):
    day: date
    title: str = ""


class SaidCalendar(_Said, frozen=True, kw_only=True):
    name: Text
    country: Country | None = None
    subdivision: str | None = None
    days: tuple[SaidHoliday, ...] = ()


class SaidSite(_Said, frozen=True, kw_only=True):
    name: Text
    time_zone: str | UnsetType = UNSET
    street: str | UnsetType = UNSET
    postcode: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    holiday_calendar: str | UnsetType = UNSET
    exceptions: tuple[SaidException, ...] | UnsetType = UNSET


class SaidResource(_Said, frozen=True, kw_only=True):
    title: Text
    site: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    always_open: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    external_id: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    openings: tuple[SaidOpening, ...] | UnsetType = UNSET
    exceptions: tuple[SaidException, ...] | UnsetType = UNSET
    parts: tuple["SaidResource", ...] = ()


class SaidOffer(_Said, frozen=True, kw_only=True):
    resource: str
    duration: int | None = None
    step: int | None = None
    buffer_before: int | None = None
    buffer_after: int | None = None
    price: Decimal | None = None


class SaidService(_Said, frozen=True, kw_only=True):
    title: Text
    kind: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    duration: int | UnsetType = UNSET
    step: int | UnsetType = UNSET
    buffer_before: int | UnsetType = UNSET
    buffer_after: int | UnsetType = UNSET
    notice: int | UnsetType = UNSET
    horizon: int | UnsetType = UNSET
    most_units: int | UnsetType = UNSET
    price: Decimal | UnsetType = UNSET
    tax_rate: Decimal | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    resources: tuple[str | SaidOffer, ...] | UnsetType = UNSET


class SaidKey(_Said, frozen=True, kw_only=True):
    door: Text
    name: str = ""
    sites: tuple[str, ...] | None = None


class Description(_Said, frozen=True, kw_only=True):
    """A whole account, as far as it is described."""

    slug: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
    name: Text | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    locale: Text | UnsetType = UNSET
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    policy: dict[str, Any] = {}
    holiday_calendars: tuple[SaidCalendar, ...] = ()
    sites: tuple[SaidSite, ...] = ()
    resources: tuple[SaidResource, ...] = ()
    services: tuple[SaidService, ...] = ()
    keys: tuple[SaidKey, ...] = ()


def read(said: Mapping[str, Any]) -> Description:
    """The description that a TOML file, read as a dict, holds. Raises Misdescribed."""
    try:
        return msgspec.convert(dict(said), Description)
    except msgspec.ValidationError as error:
        placed = _PLACE.fullmatch(str(error))
        raise Misdescribed(f"{placed['where']}: {placed['what']}" if placed else str(error)) from error


def named(said: _Said, *without: str) -> dict[str, Any]:
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
