"""Events, which are occasions that are advertised, and the documents about what is booked for them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from kalends.engine.clock import MINUTES_A_DAY
from kalends.engine.listing import BookingWithItems
from kalends.engine.refusals import Fault

NUMBERED: Mapping[str, str] = {"offer": "OFFER", "order_confirmation": "CONF", "invoice": "INVOICE"}
"""The kinds of documents, and what their numbers begin with: `OFFER 1`."""

_LONGEST_LINE, _LONGEST_TEXT = 255, 65_535
_LINES = ("title", "headline", "ticket_price")
_TEXTS = ("description", "ticket_link", "notice", "image")
_MINUTES = ("entrance_minute", "beginning_minute")
_MOST, _DECIMALS = Decimal(10**10), 4


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


class DocumentWish(msgspec.Struct, frozen=True, kw_only=True):
    """A document as wished for; what is None is as usual: the next number, the price of its bookings, today.

    With `invoice_id` number and amount are the invoice's.
    """

    kind: str
    booking_ids: tuple[int, ...] = ()
    number: str | None = None
    amount: Decimal | None = None
    day: date | None = None
    invoice_id: int | None = None


class Paper(msgspec.Struct, frozen=True):
    """A document with the whole bookings that it is about, in the order of their ids."""

    document: Document
    bookings: tuple[BookingWithItems, ...]


class OccasionWithDocuments(msgspec.Struct, frozen=True):
    """An event with its documents, the oldest first."""

    event: Occasion
    papers: tuple[Paper, ...]


def new_event(fields: Mapping[str, Any]) -> Occasion:
    """The event of these fields; those that say nothing may be missing, but not whose and when it is."""
    blank = dict.fromkeys((*_LINES, *_TEXTS), "")
    return Occasion(**{**blank, **dict.fromkeys(_MINUTES), "active": True, **fields})


def faults_of(event: Occasion) -> list[Fault]:
    """All that is wrong with an event."""
    faults = [] if event.title.strip() else [Fault("title", "blank")]
    for names, longest in ((_LINES, _LONGEST_LINE), (_TEXTS, _LONGEST_TEXT)):
        faults += [fault for name in names for fault in _faults_of_text(name, getattr(event, name), longest)]
    for name in _MINUTES:
        minute = getattr(event, name)
        faults += [] if minute is None or 0 <= minute < MINUTES_A_DAY else [Fault(name, "out_of_range")]
    return faults if event.starts_at < event.ends_at else [*faults, Fault("ends_at", "before_start")]


def faults_of_document(document: Document) -> list[Fault]:
    """All that is wrong with a document."""
    faults = [] if document.number.strip() else [Fault("number", "blank")]
    faults += _faults_of_text("number", document.number, _LONGEST_LINE)
    amount = document.amount
    fits = amount.is_finite() and 0 <= amount < _MOST and amount == round(amount, _DECIMALS)
    return faults if fits else [*faults, Fault("amount", "out_of_range")]


def next_number(kind: str, numbers: Iterable[str]) -> str:
    """The number after the highest of those that a kind of document has: `OFFER 3` after `OFFER 2` and `A-17`."""
    word = NUMBERED[kind]
    parts = (number.partition(" ") for number in numbers)
    counts = [int(count) for start, _, count in parts if start == word and count.isascii() and count.isdecimal()]
    return f"{word} {max(counts, default=0) + 1}"


def _faults_of_text(name: str, text: str, longest: int) -> list[Fault]:
    if "\0" in text:  # which the database can't keep
        return [Fault(name, "invalid")]
    return [Fault(name, "too_long")] if len(text) > longest else []
