"""The documents about an occasion: offers, order confirmations and invoices over what is booked for it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.billing.occasion import Occasion
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.limits import LONGEST_LINE, amount_faults, raise_if_faults, text_faults
from kalends.engine.patch import Patch

NUMBERED: Mapping[str, str] = {"offer": "OFFER", "order_confirmation": "CONF", "invoice": "INVOICE"}
"""The kinds of documents, and what their numbers begin with: `OFFER 1`."""


class Document(msgspec.Struct, frozen=True):
    """A paper about an event: offer, order_confirmation or invoice, over an amount of the account's currency.

    `amount` includes tax, `day` is its date, `processed_on` when it was dealt with, `invoice_id` the invoice that it
    stands for.
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
    """Fields of a new document, which needs a `kind`. What is not set is the next number, what its bookings cost with
    tax, today; with `invoice_id` number and amount are the invoice's."""

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


def check_document(document: Document) -> None:
    """Raises Invalid(number: blank, invalid or too_long; amount: out_of_range)."""
    faults = text_faults("number", document.number, LONGEST_LINE, required=True)
    raise_if_faults(faults + amount_faults("amount", document.amount))


def next_number(kind: str, numbers: Iterable[str]) -> str:
    """The number after the highest of those that a kind of document has: `OFFER 3` after `OFFER 2` and `A-17`."""
    word = NUMBERED[kind]
    parts = (number.partition(" ") for number in numbers)
    counts = [int(count) for start, _, count in parts if start == word and count.isascii() and count.isdecimal()]
    return f"{word} {max(counts, default=0) + 1}"
