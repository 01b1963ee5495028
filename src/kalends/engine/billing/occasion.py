"""Occasions: events that are advertised."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import LONGEST_LINE, raise_if_faults, range_faults, record_text_faults, text_faults
from kalends.engine.patch import Patch, changes, patched
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import MINUTES_A_DAY

_LINES = ("headline", "ticket_price")
_TEXTS = ("description", "ticket_link", "notice", "image")
_NEEDED = ("title", "starts_at", "ends_at")


class Occasion(msgspec.Struct, frozen=True):
    """An occasion; `headline` to `image` are what is advertised.

    Guests come in at `entrance_minute` and it begins at `beginning_minute`, wall time of its first day; the place is
    taken from `starts_at` up to `ends_at`. Source: Locaboo reference, event_list.
    """

    account_id: int
    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    entrance_minute: int | None
    beginning_minute: int | None
    headline: str
    description: str
    ticket_link: str
    ticket_price: str
    notice: str
    image: str
    active: bool
    created_at: datetime
    updated_at: datetime


class OccasionPatch(Patch, frozen=True, kw_only=True):
    """Fields of an event. A new one needs `title`, `starts_at` and `ends_at`."""

    title: str | UnsetType = UNSET
    starts_at: datetime | UnsetType = UNSET
    ends_at: datetime | UnsetType = UNSET
    entrance_minute: int | UnsetType | None = UNSET
    beginning_minute: int | UnsetType | None = UNSET
    headline: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    ticket_link: str | UnsetType = UNSET
    ticket_price: str | UnsetType = UNSET
    notice: str | UnsetType = UNSET
    image: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET


def new_occasion(patch: OccasionPatch, account_id: int, occasion_id: int, now: datetime) -> Occasion:
    """A new event, active unless the patch says otherwise.

    Raises Invalid(title, starts_at, ends_at: blank; every text: invalid or too_long; entrance_minute, beginning_minute:
    out_of_range; ends_at: before_start).
    """
    given = changes(patch)
    raise_if_faults(Fault(name, "blank") for name in _NEEDED if not given.get(name))
    blank = Occasion(
        account_id=account_id,
        id=occasion_id,
        title="",
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
        entrance_minute=None,
        beginning_minute=None,
        headline="",
        description="",
        ticket_link="",
        ticket_price="",
        notice="",
        image="",
        active=True,
        created_at=now,
        updated_at=now,
    )
    return changed_occasion(blank, patch)


def changed_occasion(present: Occasion, patch: OccasionPatch) -> Occasion:
    """The event with the patch applied.

    Raises Invalid(title: blank; every text: invalid or too_long; entrance_minute, beginning_minute: out_of_range;
    ends_at: before_start).
    """
    event = patched(present, patch)
    faults = text_faults("title", event.title, LONGEST_LINE, required=True)
    faults += record_text_faults(event, _LINES, _TEXTS)
    for name in ("entrance_minute", "beginning_minute"):
        faults += range_faults(name, getattr(event, name), 0, MINUTES_A_DAY - 1)
    raise_if_faults(faults if event.starts_at < event.ends_at else [*faults, Fault("ends_at", "before_start")])
    return event
