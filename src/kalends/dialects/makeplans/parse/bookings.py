"""Bookings: what is wished for, changed, asked."""

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


class Change(msgspec.Struct, frozen=True):
    """What is to become of a booking, and which messages are asked for or forbidden."""

    patch: ItemPatch
    messages: MessageOverrides


def parse_request(params: Mapping[str, Any], ctx: Context) -> BookingRequest:
    """A booking to be made. An event's times, resource and service are its own. Raises Invalid."""
    reader = Reader(ctx, params)
    request = _request(reader)
    reader.done()
    return request()


def parse_series(params: Mapping[str, Any], ctx: Context) -> tuple[BookingRequest, Recurrence]:
    """A booking to be made again and again. Raises Invalid."""
    reader = Reader(ctx, params)
    request = _request(reader)
    _, recurrence = reader.recurrence("recurring")
    reader.done()
    return request(), recurrence


def parse_change(params: Mapping[str, Any], ctx: Context) -> Change:
    """What an update asks for: only the fields that were sent. Raises Invalid."""
    reader = Reader(ctx, params)
    fields = _fields(reader, reader.object("booking"))
    flags = reader.fields(of_bookings.FLAGS)
    messages = _message_overrides(reader)
    reader.done()
    overlap_allowed, remind = bool(flags.get("overlap_allowed")), bool(flags.get("remind"))
    return Change(ItemPatch(**fields, overlap_allowed=overlap_allowed, remind=remind), messages)


def parse_message_overrides(params: Mapping[str, Any], ctx: Context) -> MessageOverrides:
    """Which messages a change of state asks for or forbids. Raises Invalid."""
    reader = Reader(ctx, params)
    messages = _message_overrides(reader)
    reader.done()
    return messages


def parse_code(params: Mapping[str, Any]) -> str:
    """The verification code; none at all is a wrong one."""
    code = _with(params, "verification_code").get("verification_code")
    return str(code).strip() if isinstance(code, str | int) else ""


def parse_status(params: Mapping[str, Any], ctx: Context) -> str | None:
    """The status asked for, None to take it back. Raises Invalid when it is unknown or missing."""
    reader = Reader(ctx, params)
    sent = _with(params, "status")
    found = reader.fields(of_bookings.STATUS, sent)
    if "status" not in sent:
        reader.faults.append(Fault("status", "blank"))
    reader.done()
    status: str | None = found["status"]
    return status


def parse_item_query(
    params: Mapping[str, Any], ctx: Context, listing: str, of: Mapping[str, Any] | None = None
) -> tuple[ItemQuery, Paging]:
    """What a listing of bookings asks for, and which page of it; those `of` somebody or something. Raises Invalid."""
    paging = parse_page(params.get("page"), BOOKINGS_A_PAGE)
    order = params.get("order")
    if listing == "recent" and order not in ("booked_from_asc", "booked_from_desc"):
        order = "changes"
    asked = Reader(ctx, params).only(of_bookings.QUERY) | dict(of or {})
    return ItemQuery(
        **asked,
        listing="active" if listing == "recent" else listing,
        newest_first=order == "booked_from_desc",
        latest_change_first=order == "changes",
        limit=paging.size,
        offset=paging.offset,
    ), paging


def _with(params: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Where it stands: beside the booking as the reference says, or inside it as clients send the other attributes."""
    within = params.get("booking")
    return params if name in params or not isinstance(within, Mapping) else within


def _request(reader: Reader) -> Callable[[], BookingRequest]:
    """Reads the booking, and makes the request of it once nothing is at fault."""
    sent = reader.object("booking", required=True)
    fields = _fields(reader, sent)
    flags = reader.fields(of_bookings.FLAGS)
    public = bool((flags | reader.fields(of_bookings.PUBLIC, sent)).get("public"))
    messages = _message_overrides(reader)
    of_booking = {name: fields.pop(name) for name in ("customer_id", "customer") if name in fields}
    if fields.get("session_id") is not None:
        for name in ("starts_at", "ends_at", "resource_id", "service_id"):
            fields.pop(name, None)

    def make() -> BookingRequest:
        line = RequestedLine(**fields, overlap_allowed=bool(flags.get("overlap_allowed")), remind=flags.get("remind"))
        return BookingRequest(
            lines=(line,),
            **of_booking,
            title=line.title or "",
            public=public,
            initiate=flags.get("confirm") is False,
            messages=messages,
        )

    return make


def _fields(reader: Reader, sent: Mapping[str, Any]) -> dict[str, Any]:
    beside = {name: reader.sent[name] for name in ("add_messages",) if name in reader.sent}
    fields = reader.fields(of_bookings.BOOKING, sent)
    fields |= reader.details(DOOR, of_bookings.BOOKING, {**sent, **beside}) | reader.person(sent)
    if fields.get("units", 1) is None:
        del fields["units"]
    return fields


def _message_overrides(reader: Reader) -> MessageOverrides:
    flags = reader.fields(of_bookings.MESSAGE_FLAGS)
    return MessageOverrides({of_bookings.MESSAGES[wire]: flag for wire, flag in flags.items() if flag is not None})
