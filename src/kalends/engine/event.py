"""Events, which are occasions that are advertised, and the documents about what is booked for them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.clock import MINUTES_A_DAY
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT, amount_faults, range_faults, refuse, text_faults
from kalends.engine.listing import BookingWithItems
from kalends.engine.patch import Patch, changes, patched
from kalends.engine.refusals import Fault

NUMBERED: Mapping[str, str] = {"offer": "OFFER", "order_confirmation": "CONF", "invoice": "INVOICE"}
"""The kinds of documents, and what their numbers begin with: `OFFER 1`."""

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


class Document(msgspec.Struct, frozen=True):
    """A paper about an event: offer, order_confirmation or invoice, over an amount of the account's currency.

    `day` is its date, `processed_on` when it was dealt with; `invoice_id` is the invoice that it stands for.
    """

    account_id: int
    id: int
    occasion_id: int
    kind: str
    number: str
    amount: Decimal
    day: date
    processed_on: date | None
    invoice_id: int | None
    created_at: datetime
    booking_ids: tuple[int, ...] = ()


class DocumentPatch(Patch, frozen=True, kw_only=True):
    """Fields of a new document, which needs a `kind`; the rest is as usual unless it is set here: the next number, the
    price of its bookings, today. With `invoice_id` number and amount are the invoice's."""

    kind: str | UnsetType = UNSET
    booking_ids: tuple[int, ...] | UnsetType = UNSET
    number: str | UnsetType = UNSET
    amount: Decimal | UnsetType = UNSET
    day: date | UnsetType = UNSET
    invoice_id: int | UnsetType = UNSET


class Paper(msgspec.Struct, frozen=True):
    """A document with the whole bookings that it is about, in the order of their ids."""

    document: Document
    bookings: tuple[BookingWithItems, ...]


class OccasionWithDocuments(msgspec.Struct, frozen=True):
    """An event with its documents, the oldest first."""

    event: Occasion
    papers: tuple[Paper, ...]


def new_occasion(patch: OccasionPatch, account_id: int, occasion_id: int, now: datetime) -> Occasion:
    """A new event, active unless the patch says otherwise.

    Raises Invalid(title, starts_at, ends_at: blank), and as `changed_occasion` does.
    """
    given = changes(patch)
    refuse(Fault(name, "blank") for name in _NEEDED if not given.get(name))
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
    for names, longest in ((_LINES, LONGEST_LINE), (_TEXTS, LONGEST_TEXT)):
        faults += [fault for name in names for fault in text_faults(name, getattr(event, name), longest)]
    for name in ("entrance_minute", "beginning_minute"):
        faults += range_faults(name, getattr(event, name), 0, MINUTES_A_DAY - 1)
    refuse(faults if event.starts_at < event.ends_at else [*faults, Fault("ends_at", "before_start")])
    return event


def check_document(document: Document) -> None:
    """Raises Invalid(number: blank, invalid or too_long; amount: out_of_range)."""
    faults = text_faults("number", document.number, LONGEST_LINE, required=True)
    refuse(faults + amount_faults("amount", document.amount))


def next_number(kind: str, numbers: Iterable[str]) -> str:
    """The number after the highest of those that a kind of document has: `OFFER 3` after `OFFER 2` and `A-17`."""
    word = NUMBERED[kind]
    parts = (number.partition(" ") for number in numbers)
    counts = [int(count) for start, _, count in parts if start == word and count.isascii() and count.isdecimal()]
    return f"{word} {max(counts, default=0) + 1}"
