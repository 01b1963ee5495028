"""Bookings: which are asked for, and what is to become of one."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.bookings import BOOKER, LIST, SALUTATIONS, SAVE, STATUSES
from kalends.dialects.locaboo.fields.view import DOOR, View
from kalends.dialects.locaboo.parse.arrays import require
from kalends.dialects.locaboo.parse.reader import filled
from kalends.dialects.locaboo.parse.recurring import check_dates, check_hours, check_time
from kalends.engine import timetable
from kalends.engine.booking import ACTIVE
from kalends.engine.clock import DAY, FIRST_YEAR, LAST_YEAR, MINUTES_A_DAY, day_span, wall
from kalends.engine.order import BookingQuery, Order, Place
from kalends.engine.refusals import Fault
from kalends.engine.span import Span

Sent: TypeAlias = Mapping[str, Any]

_TIMES = ("date_from", "date_to", "time_from", "time_to")
_ALL_DAY = {"time_from": 0, "time_to": MINUTES_A_DAY}


class Saving(msgspec.Struct, frozen=True):
    """What is to be saved: of which booking, None of a new one, and the parameters that were sent, read."""

    booking_id: int | None
    sent: Mapping[str, Any]
    fields: Mapping[str, Any]


def parse_list(params: Mapping[str, Any], ctx: Context, view: View) -> tuple[BookingQuery, bool]:
    """Which bookings are asked for, and whether in detail. Raises Invalid."""
    reader = Reader(ctx, filled(params))
    asked = reader.fields(LIST)
    unknown = [one for one in asked.get("resource_id") or () if one not in view.resources]
    reader.faults += [Fault(f"resource_id {one}", "unknown") for one in unknown]
    check_dates(reader, asked)
    check_hours(reader, asked)
    reader.done()
    return BookingQuery(
        resource_ids=asked.get("resource_id"),
        window=_window(asked.get("date_from"), asked.get("date_to"), ctx),
        from_minute=asked.get("time_from"),
        until_minute=asked.get("time_to"),
        states=ACTIVE,
        limit=asked.get("limit"),
        offset=asked.get("offset", 0),
    ), bool(asked.get("show_details"))


def parse_saving(params: Mapping[str, Any], ctx: Context) -> Saving:
    """What is to be saved; a new booking needs a resource and its dates. Raises Invalid."""
    reader = Reader(ctx, filled(params))
    sent = reader.fields(SAVE)
    booker = {**reader.fields(BOOKER), **_salutation(sent)}
    if "booking_id" not in reader.sent:
        require(reader, "resource_id", "date_from", "date_to")
        check_time(reader, {**_ALL_DAY, **sent})
    reader.done()
    fields: dict[str, Any] = {"title": sent["title"]} if "title" in sent else {}
    if "booking_status" in sent:
        fields["state"], fields["status"] = STATUSES[sent["booking_status"]]
    if booker:
        fields["customer"] = booker
    return Saving(sent.get("booking_id"), sent, fields)


def new_order(saving: Saving, ctx: Context) -> Order:
    """The booking to be made; whole days where no times are named. Raises Invalid, TooManyOccurrences."""
    spans = _spans({**_ALL_DAY, **saving.sent}, ctx)
    return Order(places=(Place(saving.sent["resource_id"]),), spans=spans, **saving.fields)


def new_fields(saving: Saving, ctx: Context) -> dict[str, Any]:
    """What changes of a booking that is there: only what was sent, and times of those that it has."""
    sent, fields = saving.sent, dict(saving.fields)
    if "resource_id" in sent:
        fields["places"] = (Place(sent["resource_id"]),)
    if _times(sent):
        fields["retimed"] = lambda spans: _moved(sent, spans, ctx)
    return fields


def _moved(sent: Sent, spans: Sequence[Span], ctx: Context) -> tuple[Span, ...]:
    """The times with what was sent of dates and hours.

    Several separate times move together while their first and last day do by as many days, or only their hours change;
    otherwise they become one time from the first day to the last.
    """
    times = [_on_the_wall(span, ctx.zone) for span in _joined(spans, ctx.zone)]
    first, last = times[0], times[-1]
    present = {**last, "date_from": first["date_from"], "time_from": first["time_from"]}
    shifts = {sent[name] - present[name] for name in ("date_from", "date_to") if name in sent} or {timedelta()}
    if len(times) == 1 or len(shifts) > 1:
        return _spans({**present, **_times(sent)}, ctx)
    (ahead,) = shifts
    hours = {name: sent[name] for name in ("time_from", "time_to") if name in sent}
    days = [{name: time[name] + ahead for name in ("date_from", "date_to")} for time in times]
    return tuple(span for time, day in zip(times, days, strict=True) for span in _spans({**time, **day, **hours}, ctx))


def _times(sent: Sent) -> dict[str, Any]:
    return {name: sent[name] for name in _TIMES if name in sent}


def _on_the_wall(span: Span, zone: ZoneInfo) -> dict[str, Any]:
    """A time as parameters would name it."""
    (first, opens), (last, closes) = wall(span.start, zone), wall(span.end, zone)
    if closes == 0:
        last, closes = last - DAY, MINUTES_A_DAY
    return dict(zip(_TIMES, (first, last, opens, closes), strict=True))


def _spans(time: Sent, ctx: Context) -> tuple[Span, ...]:
    """The time that these parameters name. Raises Invalid, TooManyOccurrences."""
    reader = Reader(ctx, {})
    check_time(reader, time)
    reader.done()
    days, hours = (time["date_from"], time["date_to"]), (time["time_from"], time["time_to"])
    return tuple(timetable.once(*days, *hours, ctx.zone))


def _joined(spans: Sequence[Span], zone: ZoneInfo) -> list[Span]:
    """One time over several days is one span a day: together again, for they meet at midnight."""
    joined: list[Span] = []
    for span in spans:
        midnight = day_span(wall(span.start, zone)[0], zone).start
        if joined and joined[-1].end == span.start == midnight:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _salutation(sent: Mapping[str, Any]) -> dict[str, Any]:
    said = SALUTATIONS.get(sent.get("customer_salutation") or "")
    return {"details": {DOOR: said}} if said else {}


def _window(first: date | None, last: date | None, ctx: Context) -> Span | None:
    """The days asked for, with no bound where none is named."""
    if first is None and last is None:
        return None
    start = day_span(first or date(FIRST_YEAR, 1, 1), ctx.zone).start
    return Span(start, day_span(last or date(LAST_YEAR, 12, 31), ctx.zone).end)
