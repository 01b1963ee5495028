"""Occasions: events that are advertised, and the papers about them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.actions.context import Context
from kalends.api.ids import (
    BookingId,
    BookingRef,
    DocumentId,
    DocumentRef,
    InvoiceId,
    InvoiceRef,
    OccasionId,
    OccasionRef,
    write_id,
    write_optional_id,
)
from kalends.api.lists import Listing
from kalends.api.money import Money, MoneyInput, read_money, shown_money
from kalends.api.schemas.catalog import same_fields
from kalends.api.schemas.lines import FROM
from kalends.api.times import Clock, ClockIn, Moment, MomentIn, clock_text, settled, shown
from kalends.engine.billing.document import Document as EngineDocument
from kalends.engine.billing.document import DocumentPatch
from kalends.engine.billing.occasion import Occasion as EngineOccasion
from kalends.engine.billing.occasion import OccasionPatch as EnginePatch
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT
from kalends.engine.patch import changes
from kalends.engine.time.clock import DAY

Title = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Harbour concert"])]
Line = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["An evening by the sea"])]
Text = Annotated[str, Meta(max_length=LONGEST_TEXT, examples=["Doors open at seven."])]
Address = Annotated[str, Meta(max_length=LONGEST_TEXT, examples=["https://www.example.org/concert"])]
Number = Annotated[str, Meta(max_length=LONGEST_LINE, examples=["OFFER 1"])]
Day = Annotated[date, Meta(examples=["2027-03-01"])]
Active = Annotated[bool, Meta(description="Whether it is advertised.", examples=[True])]


class Occasion(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """An event that is advertised. The place is taken `from` a time `to` another; what is booked for it are bookings of
    their own."""

    id: OccasionId
    title: Title
    from_: Moment
    to: Moment
    entrance: Annotated[Clock | None, Meta(description="When guests come in, on the first day.")]
    beginning: Annotated[Clock | None, Meta(description="When it begins, on the first day.")]
    headline: Line
    description: Text
    ticket_link: Address
    ticket_price: Line
    notice: Text
    image: Address
    active: Active
    created_at: Moment
    updated_at: Moment


class OccasionPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """Changes of an event; what is left out stays."""

    title: Title | UnsetType = UNSET
    from_: MomentIn | UnsetType = UNSET
    to: MomentIn | UnsetType = UNSET
    entrance: ClockIn | UnsetType | None = UNSET
    beginning: ClockIn | UnsetType | None = UNSET
    headline: Line | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    ticket_link: Address | UnsetType = UNSET
    ticket_price: Line | UnsetType = UNSET
    notice: Text | UnsetType = UNSET
    image: Address | UnsetType = UNSET
    active: Active | UnsetType = UNSET


class OccasionInput(OccasionPatch, frozen=True, kw_only=True):
    """A new event."""

    title: Title
    from_: MomentIn
    to: MomentIn


class OccasionPath(msgspec.Struct, frozen=True, kw_only=True):
    """One event."""

    occasion_id: OccasionRef


class ListOccasions(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which events to list."""

    from_: Annotated[date | UnsetType, Meta(description="Those that are on then or later.")] = UNSET
    to: Annotated[date | UnsetType, Meta(description="Those that are on before.")] = UNSET


class OccasionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A paper about an event, and the bookings that it is about."""

    id: DocumentId
    occasion: OccasionId
    kind: Annotated[str, Meta(examples=["offer"])]
    number: Number
    amount: Annotated[Money, Meta(description="With tax.")]
    date: Day
    processed_on: Annotated[Day | None, Meta(description="When it was dealt with.")]
    invoice: Annotated[InvoiceId | None, Meta(description="The invoice that it stands for.")]
    bookings: list[BookingId]
    created_at: Moment


class OccasionDocumentInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new paper. Without number, amount and date it has the next number, what its bookings cost, and today; with an
    invoice, number and amount are the invoice's."""

    kind: Annotated[Literal["offer", "order_confirmation", "invoice"], Meta(examples=["offer"])]
    bookings: Annotated[list[BookingRef], Meta(max_length=1000)] = []
    number: Number | UnsetType = UNSET
    amount: MoneyInput | UnsetType = UNSET
    date: Day | UnsetType = UNSET
    invoice: InvoiceRef | UnsetType = UNSET


class DocumentPath(msgspec.Struct, frozen=True, kw_only=True):
    """One paper."""

    document_id: DocumentRef


class Processed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a paper was dealt with; today if left out."""

    date: Day | UnsetType = UNSET


_RENAMED = {"from_": "starts_at", "to": "ends_at", "entrance": "entrance_minute", "beginning": "beginning_minute"}


def occasion_patch(sent: OccasionInput | OccasionPatch, tz: ZoneInfo) -> EnginePatch:
    """What was sent, as the engine takes it; times without an offset are in this zone.

    Raises SkippedTime, RepeatedTime.
    """
    fields: dict[str, Any] = {_RENAMED.get(name, name): value for name, value in changes(sent).items()}
    for name, place in (("starts_at", "/from"), ("ends_at", "/to")):
        if name in fields:
            fields[name] = settled(fields[name], tz, place)
    return EnginePatch(**fields)


def occasion_dates(params: ListOccasions) -> tuple[date | None, date | None]:
    """The first and the last date that are asked for; None is no bound."""
    return params.from_ or None, None if params.to is UNSET else params.to - DAY


def shown_occasion(occasion: EngineOccasion, tz: ZoneInfo) -> Occasion:
    """An event as it is answered, by the clock of this zone."""
    entrance, beginning = occasion.entrance_minute, occasion.beginning_minute
    fields = same_fields(occasion, Occasion, tz) | {
        "id": write_id("occasion", occasion.id),
        "from_": shown(occasion.starts_at, tz),
        "to": shown(occasion.ends_at, tz),
        "entrance": None if entrance is None else clock_text(entrance),
        "beginning": None if beginning is None else clock_text(beginning),
    }
    return Occasion(**fields)


def document_patch(sent: OccasionDocumentInput, currency: str) -> DocumentPatch:
    """What was sent, as the engine takes it. Raises Invalid(/amount/currency: not_included)."""
    amount: Decimal | UnsetType = UNSET
    if sent.amount is not UNSET:
        amount = read_money(sent.amount, currency, "/amount")
    return DocumentPatch(
        kind=sent.kind,
        booking_ids=tuple(sent.bookings),
        number=sent.number,
        amount=amount,
        day=sent.date,
        invoice_id=sent.invoice,
    )


def shown_document(document: EngineDocument, ctx: Context) -> OccasionDocument:
    """A paper as it is answered."""
    return OccasionDocument(
        id=write_id("document", document.id),
        occasion=write_id("occasion", document.occasion_id),
        kind=document.kind,
        number=document.number,
        amount=shown_money(document.amount, ctx.account.currency),
        date=document.day,
        processed_on=document.processed_on,
        invoice=write_optional_id("invoice", document.invoice_id),
        bookings=[write_id("booking", booking_id) for booking_id in document.booking_ids],
        created_at=shown(document.created_at, ctx.zone),
    )
