"""The description of an account, read from a TOML file and checked before anything is applied.

docs/apply.md documents the file. What it does not name is UNSET, and stays as it is in the account.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.engine.accounts.account import SLUG, PolicyPatch
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.availability.openings import Opening, OpeningException
from kalends.engine.billing.occasion import OccasionPatch
from kalends.engine.patch import patch_from
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, from_wall, instant
from kalends.provision.tables import (
    DescribedCalendar,
    DescribedEvent,
    DescribedException,
    DescribedField,
    DescribedGroup,
    DescribedKey,
    DescribedOpening,
    DescribedQuestion,
    DescribedResource,
    DescribedService,
    DescribedSite,
    DescribedStatus,
    DescribedTable,
    DescribedTemplate,
    Text,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME_OF_DAY = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
_MSGSPEC_ERROR = re.compile(r"(?P<problem>.+) - at `\$\.?(?P<path>.*)`", re.DOTALL)


class InvalidDescription(Exception):
    """A description that can't be applied; the message says where and why in one line."""


class Description(DescribedTable, frozen=True, kw_only=True):
    """The top table of the file: one account, as far as it is described."""

    slug: Annotated[str, Meta(pattern=SLUG)]
    name: Text | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    locale: Text | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    policy: PolicyPatch = PolicyPatch()
    profile: ProfilePatch = ProfilePatch()
    booking_page: BookingPagePatch = BookingPagePatch()
    customer_groups: tuple[DescribedGroup, ...] = ()
    fields: tuple[DescribedField, ...] = ()
    questions: tuple[DescribedQuestion, ...] = ()
    holiday_calendars: tuple[DescribedCalendar, ...] = ()
    sites: tuple[DescribedSite, ...] = ()
    resources: tuple[DescribedResource, ...] = ()
    services: tuple[DescribedService, ...] = ()
    booking_statuses: tuple[DescribedStatus, ...] = ()
    events: tuple[DescribedEvent, ...] = ()
    message_templates: tuple[DescribedTemplate, ...] = ()
    keys: tuple[DescribedKey, ...] = ()


def read(document: Mapping[str, Any]) -> Description:
    """Convert a TOML document, parsed to a dict, to a description. Raises InvalidDescription."""
    try:
        return msgspec.convert(dict(document), Description)
    except msgspec.ValidationError as error:
        match = _MSGSPEC_ERROR.fullmatch(str(error))
        raise InvalidDescription(f"{match['path']}: {match['problem']}" if match else str(error)) from error


def openings(described: DescribedOpening, service_ids: frozenset[int] | None) -> list[Opening]:
    """Convert a described opening to one opening for each of its weekdays. Raises InvalidDescription."""
    opens, closes = _hours(described.opens, described.closes)
    valid_from, valid_until = described.valid_from, described.valid_until
    if valid_from and valid_until and valid_until <= valid_from:
        raise InvalidDescription(f"until {valid_until} is not after from {valid_from}")
    return [
        Opening(DAYS.index(day) + 1, opens, closes, valid_from, valid_until, service_ids)
        for day in dict.fromkeys(described.days)
    ]


def exception(described: DescribedException, service_ids: frozenset[int] | None) -> OpeningException:
    """Convert a described exception. Raises InvalidDescription."""
    day, first, until = described.day, described.day_from, described.day_until
    if day and (first or until):
        raise InvalidDescription("an exception needs a day, or from and a later until")
    if day:
        first, until = day, day + DAY
    if first is None or until is None or until <= first:
        raise InvalidDescription("an exception needs a day, or from and a later until")
    if (described.opens is None) != (described.closes is None):
        raise InvalidDescription("an exception has both opens and closes, or neither")
    opens, closes = _hours(described.opens, described.closes) if described.opens and described.closes else (None, None)
    return OpeningException(first, until, opens, closes, described.title, service_ids)


def event(described: DescribedEvent, zone: ZoneInfo) -> OccasionPatch:
    """Convert a described event, whose times are wall times in `zone`. Raises InvalidDescription."""
    starts, ends = _hours(described.starts, described.ends)
    if described.last_day is not None:
        ends = _minute(described.ends)
    return msgspec.structs.replace(
        patch_from(OccasionPatch, described),
        starts_at=instant(described.day, starts, zone),
        ends_at=instant(described.last_day or described.day, ends, zone, ends=True),
        entrance_minute=UNSET if described.entrance is UNSET else _minute(described.entrance),
        beginning_minute=UNSET if described.beginning is UNSET else _minute(described.beginning),
    )


def moment(at: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a time in the file; one without an offset is a wall time in `zone`."""
    return from_wall(at, zone) if at.tzinfo is None else at.astimezone(UTC)


def _hours(opens: str, closes: str) -> tuple[int, int]:
    """Minutes from midnight; hours that close at or before they open close on the next day."""
    start, end = _minute(opens), _minute(closes)
    if start >= MINUTES_A_DAY:
        raise InvalidDescription("nothing opens at 24:00; say 00:00 of the next day")
    return start, end if end > start else end + MINUTES_A_DAY


def _minute(text: str) -> int:
    match = _TIME_OF_DAY.fullmatch(text)
    minute = int(match[1]) * 60 + int(match[2]) if match else MINUTES_A_DAY + 1
    if minute > MINUTES_A_DAY:
        raise InvalidDescription(f"`{text}` is no time of day such as 08:30 or 24:00")
    return minute
