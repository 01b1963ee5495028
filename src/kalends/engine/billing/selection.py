"""Which items go on an invoice, and why others do not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from kalends.engine.billing.invoice import Number
from kalends.engine.billing.quote import Line, Quote, Tariff
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.limits import range_faults
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR, wall

MOST_SELECTED = 1000
"""Bookings or items that one invoice may name."""


class InvoiceSelection(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be invoiced: some bookings, some items, or all of a customer's bookings.

    Of bookings are meant the items that start on the days from `first` up to, not including, `until`, on the wall of
    the site where they are; of a customer's both days must be named.
    """

    booking_ids: tuple[int, ...] = ()
    item_ids: tuple[int, ...] = ()
    customer_id: int | None = None
    first: date | None = None
    until: date | None = None


class InvoicedLine(msgspec.Struct, frozen=True):
    """What an item paid for on an invoice that is not cancelled: so many pieces from the start to the end, at a `price`
    before any discount."""

    item_id: int
    booking_id: int
    resource_id: int | None
    service_id: int | None
    per: str | None
    pieces: int
    starts_at: datetime
    ends_at: datetime
    price: Decimal
    number: Number


class LeftOut(msgspec.Struct, frozen=True):
    """An item that was selected and does not go on the invoice; `day` is that on which it starts.

    `reason` is its state unless it is confirmed; else `block`, `free` (nothing prices it), `invoiced`, or `changed`: it
    is on an invoice with the price `invoiced`, but now takes longer, or more or fewer things, and costs `price`.
    `number` is the invoice that it is on, if any.
    """

    item_id: int
    booking_id: int
    day: date
    reason: str
    number: Number | None = None
    invoiced: Decimal | None = None
    price: Decimal | None = None


class Selected(msgspec.Struct, frozen=True):
    """The lines that go on an invoice, in the order of their times, and the items that are left out."""

    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]


def selection_faults(selection: InvoiceSelection) -> list[Fault]:
    """What is wrong with a selection: booking_ids blank (nothing is named), too_many or invalid (several ways at once);
    first, until blank (of a customer without a period) or out_of_range; until before_start."""
    named = [bool(selection.booking_ids), bool(selection.item_ids), selection.customer_id is not None]
    faults = [] if any(named) else [Fault("booking_ids", "blank")]
    faults += [Fault("booking_ids", "invalid")] if sum(named) > 1 else []
    for name in ("booking_ids", "item_ids"):
        faults += [Fault(name, "too_many")] if len(getattr(selection, name)) > MOST_SELECTED else []
    if selection.customer_id is not None:
        faults += [Fault(name, "blank") for name in ("first", "until") if getattr(selection, name) is None]
    for name, day in (("first", selection.first), ("until", selection.until)):
        faults += range_faults(name, None if day is None else day.year, FIRST_YEAR, LAST_YEAR)
    if selection.first is not None and selection.until is not None and selection.until <= selection.first:
        faults.append(Fault("until", "before_start"))
    return faults


def select(
    bookings: Sequence[tuple[BookingWithItems, Quote]],
    selection: InvoiceSelection,
    invoiced: Iterable[InvoicedLine],
    tariff: Tariff,
    now: datetime,
) -> Selected:
    """The lines of these bookings that are selected, agreed to (confirmed) and on no invoice yet.

    A price per booking that an item has paid on an invoice is not asked of another one. `tariff` tells the days.
    """
    before = _by_item(invoiced)
    flat = {_subject(line): line.item_id for line in _all(before) if line.per == "booking"}
    lines: list[Line] = []
    left_out: list[LeftOut] = []
    for booking, quote in bookings:
        for view in booking.items:
            item, (day, _) = view.item, wall(view.item.starts_at, tariff.zone_of(view))
            if not _is_selected(item, day, selection):
                continue
            own = [line for line in quote.lines if line.item_id == item.id]
            due = [line for line in own if line.per != "booking" or flat.get(_subject(line), item.id) == item.id]
            paid = before.get(item.id, ())
            if reason := _why_not(view, due, paid, now):
                left_out.append(_with_invoice(LeftOut(item.id, item.booking_id, day, reason), due, paid))
            else:
                lines += due
    return Selected(tuple(sorted(lines, key=lambda line: line.starts_at)), tuple(left_out))


def _is_selected(item: Item, day: date, selection: InvoiceSelection) -> bool:
    if selection.item_ids:
        return item.id in selection.item_ids
    return (selection.first is None or selection.first <= day) and (selection.until is None or day < selection.until)


def _why_not(view: ItemView, lines: Sequence[Line], invoiced: Sequence[InvoicedLine], now: datetime) -> str | None:
    state = state_at(view.item, now)
    if view.item.kind == "block":
        return "block"
    if state != "confirmed":
        return state
    if invoiced:
        return "invoiced" if _supplied(invoiced) == _supplied(lines) else "changed"
    return None if lines else "free"


def _with_invoice(left: LeftOut, lines: Sequence[Line], invoiced: Sequence[InvoicedLine]) -> LeftOut:
    if not invoiced:
        return left
    number = invoiced[0].number
    return msgspec.structs.replace(left, number=number, invoiced=_sum(invoiced), price=_sum(lines))


def _by_item(invoiced: Iterable[InvoicedLine]) -> Mapping[int, list[InvoicedLine]]:
    by_item: dict[int, list[InvoicedLine]] = {}
    for line in invoiced:
        by_item.setdefault(line.item_id, []).append(line)
    return by_item


def _all(by_item: Mapping[int, list[InvoicedLine]]) -> Iterable[InvoicedLine]:
    return (line for lines in by_item.values() for line in lines)


def _subject(line: Line | InvoicedLine) -> tuple[int, int | None, int | None]:
    return line.booking_id, line.resource_id, line.service_id


def _supplied(lines: Iterable[Line | InvoicedLine]) -> set[tuple[object, ...]]:
    """What is paid for, and how much of it. Prices that changed since are no reason to invoice anew."""
    return {(*_subject(line), line.pieces, line.ends_at - line.starts_at) for line in lines}


def _sum(lines: Iterable[Line | InvoicedLine]) -> Decimal:
    return sum((line.price for line in lines), Decimal())
