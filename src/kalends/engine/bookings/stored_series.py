"""A booking's series, stored as JSON in `booking.recurrence`: what its occurrences are made from.

The JSON outlives the code that wrote it, so it has a version. Version 1:

    rule       the RFC 5545 texts
    request    the BookingRequest with one line that each occurrence is made from; none if no more are to be made
    messages   the request's message overrides, as [template, channel, wanted]
    site_ids   the sites at which the author of the request may book; none means any
    repeats    the dates between which the client said that the booking repeats
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.request import (
    BY_POLICY,
    SILENT,
    BookingRequest,
    DateRange,
    MessageOverrides,
    RequestedLine,
)
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.span import Span

VERSION = 1


class UnknownVersion(Exception):
    """A series was stored by a newer version of Kalends than this one."""


class StoredSeries(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields are described at the head of this module."""

    version: int = VERSION
    rule: Recurrence | None = None
    request: Mapping[str, Any] | None = None
    messages: tuple[tuple[str, str, bool], ...] = ()
    site_ids: frozenset[int] | None = None
    repeats: DateRange | None = None


def repeating(repeats: DateRange | None) -> StoredSeries:
    """A series of which no more occurrences are to be made; None leaves its dates unknown."""
    return StoredSeries(repeats=repeats)


def series_to_make(request: BookingRequest, rule: Recurrence, site_ids: frozenset[int] | None) -> StoredSeries:
    """The series whose occurrences are made from a request with one line and a customer id."""
    stored_request = msgspec.structs.replace(request, messages=BY_POLICY, customer=None)
    flags = request.messages.flags.items()
    messages = tuple((template, channel, enabled) for (template, channel), enabled in flags)
    return StoredSeries(rule=rule, request=msgspec.to_builtins(stored_request), messages=messages, site_ids=site_ids)


def with_series(booking: Booking, series: StoredSeries | None) -> Booking:
    """The booking with this series, or without any (None)."""
    stored = None if series is None else {"version": VERSION, **msgspec.to_builtins(series)}
    return msgspec.structs.replace(booking, recurrence=stored)


def series_of(booking: Booking) -> StoredSeries | None:
    """The series of a booking, or None. Raises UnknownVersion."""
    if booking.recurrence is None:
        return None
    if booking.recurrence.get("version") != VERSION:
        raise UnknownVersion(f"booking {booking.id}: version {booking.recurrence.get('version')} of a stored series")
    return msgspec.convert(booking.recurrence, StoredSeries, strict=False)


def occurrence_request(series: StoredSeries, span: Span, *, announced: bool) -> BookingRequest:
    """The request for one occurrence at a time. No messages are sent for it once the series is `announced`."""
    request = msgspec.convert(series.request, BookingRequest, strict=False)
    line = line_at(request.lines[0], span)
    flags = {(template, channel): enabled for template, channel, enabled in series.messages}
    messages = SILENT if announced else MessageOverrides(flags)
    return msgspec.structs.replace(request, lines=(line,), messages=messages)


def line_at(line: RequestedLine, span: Span) -> RequestedLine:
    """The line at another time. With neither `ends_at` nor `resource_id` it lasts as long as its service does on the
    resource that is assigned then.
    """
    length_by_resource = line.ends_at is None and line.resource_id is None
    return msgspec.structs.replace(line, starts_at=span.start, ends_at=None if length_by_resource else span.end)


def for_customer(booking: Booking, customer_id: int | None) -> Booking:
    """The booking with another customer or none, also for the occurrences that are still to be made."""
    changed = msgspec.structs.replace(booking, customer_id=customer_id)
    series = series_of(booking)
    if series is None or series.request is None:
        return changed
    request = {**series.request, "customer_id": customer_id}
    return with_series(changed, msgspec.structs.replace(series, request=request))


def given_to(booking: Booking, customer_id: int | None) -> Booking:
    """The booking as that of another person, who has agreed to nothing yet."""
    given = for_customer(booking, customer_id)
    return given if booking.customer_id in (None, customer_id) else msgspec.structs.replace(given, consent=None)


def for_code(booking: Booking, code: str) -> Booking:
    """The booking with another verification code for the occurrences that are still to be made.

    The same booking if it has none of these, or if they begin without a code.
    """
    series = series_of(booking)
    if series is None or series.request is None or not series.request["lines"][0].get("verification_code"):
        return booking
    request = {**series.request, "lines": [{**series.request["lines"][0], "verification_code": code}]}
    return with_series(booking, msgspec.structs.replace(series, request=request))
