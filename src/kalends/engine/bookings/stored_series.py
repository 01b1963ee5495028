"""The series that a booking is, as JSON in `booking.recurrence`: what its occurrences are made from.

The JSON outlives the code that wrote it, so it has a version. Version 1: `rule` has the RFC 5545 texts, `request` is
the BookingRequest of one line that each occurrence is made from (None when no more are to be made), `messages` its
overrides as [template, channel, wanted], `site_ids` where whoever asked for it may book (None is anywhere), `repeats`
the dates between which a booking of many items was said to repeat.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.request import BY_POLICY, EVERY_MESSAGE, BookingRequest, DateRange, MessageOverrides
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.span import Span

VERSION = 1


class UnknownVersion(Exception):
    """A series was stored by a newer version of Kalends than this one."""


class StoredSeries(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """See the module; `request` is as plain JSON."""

    version: int = VERSION
    rule: Recurrence | None = None
    request: Mapping[str, Any] | None = None
    messages: tuple[tuple[str, str, bool], ...] = ()
    site_ids: frozenset[int] | None = None
    repeats: DateRange | None = None


def repeating(repeats: DateRange | None) -> StoredSeries:
    """The series of a booking that says it repeats, of which nothing more is to be made."""
    return StoredSeries(repeats=repeats)


def series_to_make(request: BookingRequest, rule: Recurrence, site_ids: frozenset[int] | None) -> StoredSeries:
    """The series whose occurrences are to be made from a request of one line; its customer is known by id."""
    plain = msgspec.structs.replace(request, messages=BY_POLICY, customer=None)
    flags = request.messages.flags.items()
    messages = tuple((template, channel, wanted) for (template, channel), wanted in flags)
    return StoredSeries(rule=rule, request=msgspec.to_builtins(plain), messages=messages, site_ids=site_ids)


def with_series(booking: Booking, series: StoredSeries | None) -> Booking:
    """The booking with a series, or (None) without one."""
    stored = None if series is None else {"version": VERSION, **msgspec.to_builtins(series)}
    return msgspec.structs.replace(booking, recurrence=stored)


def series_of(booking: Booking) -> StoredSeries | None:
    """The series that a booking is, None when it is none. Raises UnknownVersion."""
    if booking.recurrence is None:
        return None
    if booking.recurrence.get("version") != VERSION:
        raise UnknownVersion(f"booking {booking.id}: version {booking.recurrence.get('version')} of a stored series")
    return msgspec.convert(booking.recurrence, StoredSeries, strict=False)


def occurrence_request(series: StoredSeries, span: Span, *, announced: bool) -> BookingRequest:
    """The request for one occurrence: the first at another time; nobody is told once the series is `announced`."""
    request = msgspec.convert(series.request, BookingRequest, strict=False)
    line = msgspec.structs.replace(request.lines[0], starts_at=span.start, ends_at=span.end)
    flags = {(template, channel): wanted for template, channel, wanted in series.messages}
    messages = MessageOverrides(dict.fromkeys(EVERY_MESSAGE, False) if announced else flags)
    return msgspec.structs.replace(request, lines=(line,), messages=messages)


def for_customer(booking: Booking, customer_id: int | None) -> Booking:
    """The booking, and what is still to be made of its series, for another customer or for nobody."""
    changed = msgspec.structs.replace(booking, customer_id=customer_id)
    series = series_of(booking)
    if series is None or series.request is None:
        return changed
    request = {**series.request, "customer_id": customer_id}
    return with_series(changed, msgspec.structs.replace(series, request=request))
