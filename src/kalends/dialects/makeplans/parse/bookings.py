"""Requests about bookings: new ones, changes, changes of state, and listings."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.paging import Paging, parse_page
from kalends.dialects.makeplans.fields import bookings as of_bookings
from kalends.dialects.makeplans.fields.view import DOOR
from kalends.dialects.makeplans.parse.reader import Reader
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.request import BookingRequest, MessageOverrides, RequestedLine
from kalends.engine.refusals import Fault
from kalends.engine.time.recurrence import Recurrence

BOOKINGS_A_PAGE = 750


class SentChange(msgspec.Struct, frozen=True):
    """The fields of a booking that were sent, and the messages that the request demands or forbids."""

    patch: ItemPatch
    messages: MessageOverrides


class Verification(msgspec.Struct, frozen=True):
    """A verification code, and the messages that the request demands or forbids."""

    code: str
    messages: MessageOverrides


def parse_request(params: Mapping[str, Any], ctx: Context) -> BookingRequest:
    """A new booking. Times, resource and service of an event are its own, so those that were sent are ignored.

    Raises Invalid(booking: blank; and any field that can't be read).
    """
    reader = Reader(ctx, params)
    booking_request = _read_request(reader)
    reader.done()
    return booking_request()


def parse_series(params: Mapping[str, Any], ctx: Context) -> tuple[BookingRequest, Recurrence]:
    """A new booking and its recurrence. Raises Invalid(booking, recurring: blank; and any field that can't be read)."""
    reader = Reader(ctx, params)
    booking_request = _read_request(reader)
    _, recurrence = reader.recurrence("recurring")
    reader.done()
    return booking_request(), recurrence


def parse_change(params: Mapping[str, Any], ctx: Context) -> SentChange:
    """A change of a booking: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    reader = Reader(ctx, params)
    fields = _read_booking(reader, reader.object("booking"))
    flags = reader.fields(of_bookings.FLAGS)
    messages = _read_message_overrides(reader)
    reader.done()
    overlap_allowed, remind = bool(flags.get("overlap_allowed")), bool(flags.get("remind"))
    return SentChange(ItemPatch(**fields, overlap_allowed=overlap_allowed, remind=remind), messages)


def parse_message_overrides(params: Mapping[str, Any], ctx: Context) -> MessageOverrides:
    """The messages that a request demands or forbids. Raises Invalid(a flag that can't be read)."""
    reader = Reader(ctx, params)
    messages = _read_message_overrides(reader)
    reader.done()
    return messages


def parse_verification(params: Mapping[str, Any], ctx: Context) -> Verification:
    """The verification code, "" if none was sent. Raises Invalid(a flag of messages that can't be read)."""
    code = _beside_or_inside(params, "verification_code").get("verification_code")
    text = str(code).strip() if isinstance(code, str | int) else ""
    return Verification(text, parse_message_overrides(params, ctx))


def parse_status(params: Mapping[str, Any], ctx: Context) -> str | None:
    """The new status, None to remove it. Raises Invalid(status: blank, not_included)."""
    reader = Reader(ctx, params)
    sent = _beside_or_inside(params, "status")
    status: str | None = reader.fields(of_bookings.STATUS, sent).get("status")
    if "status" not in sent:
        reader.faults.append(Fault("status", "blank"))
    reader.done()
    return status


def parse_item_query(
    params: Mapping[str, Any], ctx: Context, listing: str, related_to: Mapping[str, Any] | None = None
) -> tuple[ItemQuery, Paging]:
    """The query of a listing of bookings, and its page; `related_to` limits it to a person's or an event's bookings.

    Raises Invalid(a parameter that can't be read).
    """
    paging = parse_page(params.get("page"), BOOKINGS_A_PAGE)
    order = params.get("order")
    if listing == "recent" and order not in ("booked_from_asc", "booked_from_desc"):
        order = "changes"
    filters = Reader(ctx, params).only(of_bookings.QUERY) | dict(related_to or {})
    return ItemQuery(
        **filters,
        listing="active" if listing == "recent" else listing,
        newest_first=order == "booked_from_desc",
        latest_change_first=order == "changes",
        limit=paging.size,
        offset=paging.offset,
    ), paging


def _beside_or_inside(params: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object that has this parameter: the reference has it beside the booking, some clients send it inside."""
    booking = params.get("booking")
    return params if name in params or not isinstance(booking, Mapping) else booking


def _read_request(reader: Reader) -> Callable[[], BookingRequest]:
    """Read a new booking. The request can only be made if nothing was at fault, so it is made by a second call."""
    sent = reader.object("booking", required=True)
    fields = _read_booking(reader, sent)
    flags = reader.fields(of_bookings.FLAGS)
    public = bool((flags | reader.fields(of_bookings.PUBLIC, sent)).get("public"))
    messages = _read_message_overrides(reader)
    booker = {name: fields.pop(name) for name in ("customer_id", "customer") if name in fields}
    if fields.get("session_id") is not None:
        for name in ("starts_at", "ends_at", "resource_id", "service_id"):
            fields.pop(name, None)

    def make_request() -> BookingRequest:
        line = RequestedLine(**fields, overlap_allowed=bool(flags.get("overlap_allowed")), remind=flags.get("remind"))
        return BookingRequest(
            lines=(line,),
            **booker,
            title=line.title or "",
            public=public,
            initiate=flags.get("confirm") is False,
            messages=messages,
        )

    return make_request


def _read_booking(reader: Reader, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The engine's fields of a booking, with its person. A count of null is as if none was sent."""
    beside = {name: reader.sent[name] for name in ("add_messages",) if name in reader.sent}
    fields = reader.fields(of_bookings.BOOKING, sent)
    fields |= reader.details(DOOR, of_bookings.BOOKING, {**sent, **beside}) | reader.person(sent)
    if fields.get("units", 1) is None:
        del fields["units"]
    return fields


def _read_message_overrides(reader: Reader) -> MessageOverrides:
    flags = reader.fields(of_bookings.MESSAGE_FLAGS)
    return MessageOverrides({of_bookings.MESSAGES[wire]: flag for wire, flag in flags.items() if flag is not None})
