"""The actions on bookings in short: one line, plain fields, and the item that comes of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.accounts.profile import change_profile, get_profile
from kalends.actions.billing import issue as of_billing
from kalends.actions.bookings import add_sessions as of_new_sessions
from kalends.actions.bookings import change_booking as of_booking
from kalends.actions.bookings import series as of_series
from kalends.actions.bookings import sessions
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.find import get_bookings
from kalends.actions.context import Context
from kalends.actions.customers.change import change_customer
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.billing.invoice import Invoice
from kalends.engine.billing.selection import InvoiceSelection
from kalends.engine.billing.terms import InvoiceTerms
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.layout import lines_at
from kalends.engine.bookings.overlap import IfTaken
from kalends.engine.bookings.patch import BookingPatch, ItemPatch, RequestedResource, SessionPatch
from kalends.engine.bookings.request import BY_POLICY, BookingRequest, DateRange, MessageOverrides, RequestedLine
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.span import Span

SENDER = {
    "street": "Karl Johans gate 1",
    "postcode": "0154",
    "city": "Oslo",
    "tax_number": "987 654 321",
    "exemption": "Health care",
}
AT_HOME = {"street": "Storgata 7", "postcode": "0155", "city": "Oslo"}

_OF_LINE = set(RequestedLine.__struct_fields__)
_OF_REQUEST = set(BookingRequest.__struct_fields__) - {"title", "details"}


def with_customer(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields; a customer among them, in plain fields too, as the engine knows one."""
    customer = fields.get("customer")
    return {**fields, "customer": CustomerPatch(**customer)} if isinstance(customer, Mapping) else dict(fields)


def request(**given: Any) -> BookingRequest:
    """A request of one line; each field goes where it belongs."""
    fields = with_customer(given)
    of_request = {name: value for name, value in fields.items() if name in _OF_REQUEST}
    line = RequestedLine(**{name: value for name, value in fields.items() if name not in _OF_REQUEST})
    return BookingRequest(lines=(line,), title=line.title or "", **of_request)


def with_fields(asked: BookingRequest, **fields: Any) -> BookingRequest:
    """The same request of one line with some fields changed."""
    of_request = {name: value for name, value in fields.items() if name in _OF_REQUEST}
    of_line = {name: value for name, value in fields.items() if name not in _OF_REQUEST}
    (line,) = asked.lines
    return msgspec.structs.replace(asked, lines=(msgspec.structs.replace(line, **of_line),), **of_request)


class Series(msgspec.Struct, frozen=True):
    """A request that recurs."""

    request: BookingRequest
    rule: Recurrence


async def start_series(ctx: Context, series: Series) -> str:
    """Start a series; answers its uid."""
    return await of_series.start_series(ctx, series.request, series.rule)


def whole(*, resources: Sequence[RequestedResource], times: Sequence[Span], **given: Any) -> BookingRequest:
    """A request of each of these resources, whole, at each of the times; `repeats` from the first day to the last."""
    fields = with_customer(given)
    title, status, repeats = fields.get("title"), fields.pop("status", None), fields.pop("repeats", False)
    dates = DateRange(min(times).start.date(), max(times).end.date()) if repeats else None
    return BookingRequest(lines=lines_at(resources, times, title or "", status), repeats=dates, **fields)


async def book_item(ctx: Context, asked: BookingRequest) -> ItemView:
    """Book a request of one line, and answer its item."""
    return (await book(ctx, asked)).items[0]


async def book_whole(ctx: Context, asked: BookingRequest) -> BookingWithItems:
    """Book a request, and answer the booking alone."""
    booked = await book(ctx, asked)
    return BookingWithItems(booked.booking, booked.customer, booked.items)


async def change(
    ctx: Context,
    item_id: int,
    fields: Mapping[str, Any],
    *,
    overlap_allowed: bool = False,
    remind: bool = False,
    messages: MessageOverrides = BY_POLICY,
) -> ItemView:
    """Change these fields of an item."""
    patch = ItemPatch(**with_customer(fields), overlap_allowed=overlap_allowed, remind=remind)
    return await change_item(ctx, item_id, patch, messages=messages)


async def change_booking(ctx: Context, booking_id: int, fields: Mapping[str, Any]) -> BookingWithItems:
    """Change these fields of a booking."""
    return await of_booking.change_booking(ctx, booking_id, BookingPatch(**with_customer(fields)))


async def add_session(ctx: Context, fields: Mapping[str, Any], overlap_allowed: bool = False) -> GroupSession:
    """A new session of these fields."""
    return await of_new_sessions.add_session(ctx, SessionPatch(**fields), overlap_allowed)


async def add_sessions(ctx: Context, fields: Mapping[str, Any], recurrence: Recurrence) -> list[GroupSession]:
    """New sessions of these fields."""
    return await of_new_sessions.add_sessions(ctx, SessionPatch(**fields), recurrence)


async def change_session(
    ctx: Context,
    session_id: int,
    fields: Mapping[str, Any],
    overlap_allowed: bool = False,
    messages: MessageOverrides = BY_POLICY,
    *,
    if_taken: IfTaken = "refuse",
) -> GroupSession:
    """Change these fields of a session."""
    patch = SessionPatch(**fields)
    return await sessions.change_session(ctx, session_id, patch, overlap_allowed, messages, if_taken=if_taken)


async def issue_invoice(ctx: Context, booking_ids: Sequence[int], **terms: Any) -> Invoice:
    """Issue an invoice for whole bookings, whose sender and recipient are first given what an invoice must say."""
    await put_in_order(ctx, booking_ids)
    selection = InvoiceSelection(booking_ids=tuple(booking_ids))
    return await of_billing.issue_invoice(ctx, selection, InvoiceTerms(**terms))


async def put_in_order(ctx: Context, booking_ids: Sequence[int] = ()) -> None:
    """Give the account and the customers of these bookings an address, and the account a tax number and a reason for
    taking no tax, where they have none."""
    present = await get_profile(ctx)
    await change_profile(ctx, ProfilePatch(**blanks_of(present, SENDER)))
    bookings = (await get_bookings(ctx, booking_ids)).values()
    for customer in {booking.customer.id: booking.customer for booking in bookings if booking.customer}.values():
        await change_customer(ctx, customer.id, CustomerPatch(**blanks_of(customer, AT_HOME)))


def blanks_of(thing: msgspec.Struct, texts: Mapping[str, str]) -> dict[str, Any]:
    """Those of the texts whose fields are blank."""
    return {name: text for name, text in texts.items() if not getattr(thing, name)}
