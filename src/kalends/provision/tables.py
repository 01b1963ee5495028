"""The tables of a description, with the fields that a file may name. What it does not name is UNSET.

docs/apply.md documents the file.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Text = Annotated[str, Meta(min_length=1)]


class DescribedTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of a description."""


class DescribedOpening(DescribedTable, frozen=True, kw_only=True):
    """Weekly hours; `closes` at or before `opens` is on the next day. `until` is exclusive: the first date without."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...]
    opens: str
    closes: str
    valid_from: date | None = field(name="from", default=None)
    valid_until: date | None = field(name="until", default=None)
    services: tuple[str, ...] | None = None


class DescribedException(DescribedTable, frozen=True, kw_only=True):
    """Other hours, or none (closed), on one `day`, or on the dates `from` up to, not including, `until`."""

    day: date | None = None
    day_from: date | None = field(name="from", default=None)
    day_until: date | None = field(name="until", default=None)
    opens: str | None = None
    closes: str | None = None
    title: str = ""
    services: tuple[str, ...] | None = None


class DescribedHoliday(DescribedTable, frozen=True, kw_only=True):
    day: date
    title: str = ""


class DescribedCalendar(DescribedTable, frozen=True, kw_only=True):
    name: Text
    country: Country | None = None
    subdivision: str | None = None
    days: tuple[DescribedHoliday, ...] = ()


class DescribedSite(DescribedTable, frozen=True, kw_only=True):
    name: Text
    time_zone: str | UnsetType = UNSET
    street: str | UnsetType = UNSET
    postcode: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    latitude: float | UnsetType = UNSET
    longitude: float | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    holiday_calendar: str | UnsetType = UNSET
    public: bool | UnsetType = UNSET
    exceptions: tuple[DescribedException, ...] | UnsetType = UNSET


class DescribedPrice(DescribedTable, frozen=True, kw_only=True):
    """One price rule, for the customers of some groups or (None) for everybody; of those that fit the first applies."""

    per: str
    amount: Decimal
    tax_rate: Decimal = Decimal()
    groups: tuple[str, ...] | None = None
    title: str = ""
    exemption: str = ""


class DescribedGroup(DescribedTable, frozen=True, kw_only=True):
    title: Text


class DescribedField(DescribedTable, frozen=True, kw_only=True):
    title: Text
    subject: str = "resource"
    description: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    options: tuple[str, ...] | UnsetType = UNSET
    position: int | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class DescribedAnswer(DescribedTable, frozen=True, kw_only=True):
    """An answer to a question, by its title."""

    question: Text
    answer: Text


class DescribedQuestion(DescribedTable, frozen=True, kw_only=True):
    """A question to who books: those of these services, or (UNSET) all; `asked_if`: after an answer to another one."""

    title: Text
    description: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    options: tuple[str, ...] | UnsetType = UNSET
    position: int | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    required: bool | UnsetType = UNSET
    services: tuple[str, ...] | UnsetType = UNSET
    asked_if: DescribedAnswer | UnsetType = UNSET


class DescribedResource(DescribedTable, frozen=True, kw_only=True):
    title: Text
    site: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    always_open: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    external_id: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    valid_from: date | UnsetType = field(name="from", default=UNSET)
    valid_until: date | UnsetType = field(name="until", default=UNSET)
    category: str | UnsetType = UNSET
    user: str | UnsetType = UNSET
    public: bool | UnsetType = UNSET
    image: str | UnsetType = UNSET
    fields: dict[str, str | bool | int | float] | UnsetType = UNSET
    prices: tuple[DescribedPrice, ...] | UnsetType = UNSET
    goes_with: tuple[str, ...] | UnsetType = UNSET
    details: dict[str, dict[str, Any]] | UnsetType = UNSET
    openings: tuple[DescribedOpening, ...] | UnsetType = UNSET
    exceptions: tuple[DescribedException, ...] | UnsetType = UNSET
    parts: tuple["DescribedResource", ...] = ()


class DescribedOffer(DescribedTable, frozen=True, kw_only=True):
    resource: str
    duration: int | None = None
    step: int | None = None
    buffer_before: int | None = None
    buffer_after: int | None = None
    price: Decimal | None = None
    resource_units: int | None = None


class DescribedSession(DescribedTable, frozen=True, kw_only=True):
    """A planned session of a service. Times without an offset are wall times of the account."""

    starts: datetime
    ends: datetime | UnsetType = UNSET
    resource: str | None = None
    title: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    external_id: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class DescribedStatus(DescribedTable, frozen=True, kw_only=True):
    name: Text
    names: dict[str, str] | UnsetType = UNSET
    state: str | UnsetType = UNSET
    is_default: bool | UnsetType = field(name="default", default=UNSET)
    position: int | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class DescribedService(DescribedTable, frozen=True, kw_only=True):
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
    session_capacity: int | UnsetType = UNSET
    public: bool | UnsetType = UNSET
    also_needs: tuple[str, ...] | UnsetType = UNSET
    price: Decimal | UnsetType = UNSET
    tax_rate: Decimal | UnsetType = UNSET
    prices: tuple[DescribedPrice, ...] | UnsetType = UNSET
    image: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    details: dict[str, dict[str, Any]] | UnsetType = UNSET
    resources: tuple[str | DescribedOffer, ...] | UnsetType = UNSET
    valid_from: datetime | UnsetType = field(name="from", default=UNSET)
    valid_until: datetime | UnsetType = field(name="until", default=UNSET)
    fields: dict[str, str | bool | int | float] | UnsetType = UNSET
    texts: dict[str, dict[str, str]] | UnsetType = UNSET
    sessions: tuple[DescribedSession, ...] = ()


class DescribedEvent(DescribedTable, frozen=True, kw_only=True):
    """An event from `starts` on `day` to `ends` on `last_day`.

    Without a `last_day` it ends on the same day, or on the next if `ends` is at or before `starts`.
    """

    title: Text
    day: date
    last_day: date | None = None
    starts: str
    ends: str
    entrance: str | UnsetType = UNSET
    beginning: str | UnsetType = UNSET
    headline: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    ticket_link: str | UnsetType = UNSET
    ticket_price: str | UnsetType = UNSET
    notice: str | UnsetType = UNSET
    image: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class DescribedTemplate(DescribedTable, frozen=True, kw_only=True):
    """A text of the account's own for a kind of message, for one service or all, in one language or all."""

    kind: Text
    channel: str = "email"
    service: str | None = None
    language: str = ""
    subject: str | UnsetType = UNSET
    body: Text | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class DescribedKey(DescribedTable, frozen=True, kw_only=True):
    door: Text
    name: str = ""
    sites: tuple[str, ...] | None = None
