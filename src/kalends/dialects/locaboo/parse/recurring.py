"""When a booking is to take place: one time, or the times of a recurrence. Source: the page's booking_add."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from kalends.dialects.kit.nested import listed
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields import bookings_recurring as of_recurring
from kalends.dialects.locaboo.parse.arrays import array_of, fields_of, require
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time import repeats
from kalends.engine.time.clock import MINUTES_A_DAY
from kalends.engine.time.repeats import Hours
from kalends.engine.time.span import Span

Sent: TypeAlias = Mapping[str, Any]

_MOST_DAYS = 70
"""Of a weekly recurrence: ten times on each day."""


class Range(msgspec.Struct, frozen=True):
    """Two dates, both of them included, in a zone."""

    first: date
    last: date
    zone: ZoneInfo


Times: TypeAlias = Callable[[Range], Iterable[Span]]


def read_spans(reader: Reader, sent: Sent) -> tuple[Span, ...]:
    """The times of a booking_add; () when there are faults. Raises Invalid, BadRecurrence, TooManyOccurrences."""
    require(reader, "date_from", "date_to", "recurring")
    times = _recurring(reader, sent) if sent.get("recurring") else _single(reader, sent)
    check_dates(reader, sent)
    if reader.faults or times is None:
        return ()
    return tuple(times(Range(sent["date_from"], sent["date_to"], reader.wire_context.zone)))


def check_time(reader: Reader, sent: Sent) -> None:
    """A fault of one time that ends before it begins, where it names dates and hours."""
    check_dates(reader, sent)
    if sent.get("date_from") and sent["date_from"] == sent.get("date_to"):
        check_hours(reader, sent)


def check_dates(reader: Reader, sent: Sent) -> None:
    """A fault of dates that are reversed."""
    first, last = sent.get("date_from"), sent.get("date_to")
    if first and last and last < first:
        reader.faults.append(Fault("date_to", "before_start"))


def check_hours(reader: Reader, sent: Sent) -> None:
    """A fault of hours that are reversed, or the same."""
    opens, closes = sent.get("time_from"), sent.get("time_to")
    if opens is not None and closes is not None and closes <= opens:
        reader.faults.append(Fault("time_to", "before_start"))


def _single(reader: Reader, sent: Sent) -> Times | None:
    if sent.get("multi_day"):
        return lambda within: repeats.once(within.first, within.last, 0, MINUTES_A_DAY, within.zone)
    require(reader, "time_from", "time_to")
    if sent.get("date_from") == sent.get("date_to"):
        check_hours(reader, sent)
    opens, closes = sent.get("time_from"), sent.get("time_to")
    if opens is None or closes is None:
        return None
    return lambda within: repeats.once(within.first, within.last, opens, closes, within.zone)


def _recurring(reader: Reader, sent: Sent) -> Times | None:
    require(reader, "recurrence_type")
    if (kind := sent.get("recurrence_type")) is None:
        return None
    wire, read = _RECURRENCES[kind]
    require(reader, wire)
    times = read(reader, wire) if wire in reader.sent else None
    return _blamed(wire, times) if times else None


def _daily(reader: Reader, wire: str) -> Times | None:
    array = array_of(reader, wire, reader.sent[wire])
    hours = _hours(reader, wire, fields_of(reader, array, of_recurring.HOURS))
    return hours and (lambda within: repeats.daily(within.first, within.last, hours, within.zone))


def _weekly(reader: Reader, wire: str) -> Times | None:
    every = of_recurring.WEEKS[reader.fields(of_recurring.EVERY).get("weekly_type_select") or "week"]
    layers: list[dict[int, Hours]] = []
    rows = listed(reader.sent[wire])
    if not 1 <= len(rows) <= _MOST_DAYS:
        reader.faults.append(Fault(wire, "too_many" if rows else "blank"))
    for row in rows[:_MOST_DAYS]:
        day = fields_of(reader, array_of(reader, wire, row), of_recurring.DAY_OF_WEEK, ["day"])
        hours = _hours(reader, wire, day)
        if hours and "day" in day:
            _lay(layers, day["day"], hours)
    return lambda within: sorted(
        span for days in layers for span in repeats.weekly(within.first, within.last, every, days, within.zone)
    )


def _lay(layers: list[dict[int, Hours]], weekday: int, hours: Hours) -> None:
    """One more time on a weekday: a timetable has one, so the second goes into a timetable of its own."""
    free = next((days for days in layers if weekday not in days), None)
    if free is None:
        layers.append(free := {})
    free[weekday] = hours


def _monthly(reader: Reader, wire: str) -> Times | None:
    array = array_of(reader, wire, reader.sent[wire])
    month = fields_of(reader, array, of_recurring.MONTHLY, ["mode", "days"])
    hours, mode = _hours(reader, wire, month), month.get("mode")
    days = array_of(reader, f"{wire}[days]", array.values.get("days"))
    if mode == "day":
        on = fields_of(reader, days, of_recurring.DAYS_BY_DAY, ["day"])
        return hours and (
            lambda within: repeats.monthly_by_day(
                within.first, within.last, on.get("month", 1), on["day"], hours, within.zone
            )
        )
    if mode == "week":
        on = fields_of(reader, days, of_recurring.DAYS_BY_WEEK, ["week_number", "week_day"])
        return hours and (
            lambda within: repeats.monthly_by_week(
                within.first, within.last, on.get("month", 1), (on["week_number"], on["week_day"]), hours, within.zone
            )
        )
    return None


def _yearly(reader: Reader, wire: str) -> Times | None:
    array = array_of(reader, wire, reader.sent[wire])
    on = fields_of(reader, array, of_recurring.YEARLY, ["day", "month"])
    hours = _hours(reader, wire, on)
    return hours and (
        lambda within: repeats.yearly(within.first, within.last, on["month"], on["day"], hours, within.zone)
    )


def _hours(reader: Reader, wire: str, sent: Sent) -> Hours | None:
    """The hours of a recurrence: all day, or from one time to another; None, and a fault, when there are none."""
    if sent.get("full_day"):
        return 0, MINUTES_A_DAY
    opens, closes = sent.get("from"), sent.get("to")
    reader.blank(*(f"{wire}[{name}]" for name in ("from", "to") if sent.get(name) is None))
    if opens is None or closes is None:
        return None
    if closes <= opens:
        reader.faults.append(Fault(f"{wire}[to]", "before_start"))
        return None
    return opens, closes


def _blamed(wire: str, times: Times) -> Times:
    """The same times; a number that no rule can have, such as the 30th of February, is the array's."""

    def find(within: Range) -> Sequence[Span]:
        try:
            return list(times(within))
        except Invalid as no:
            raise Invalid(*(_named(wire, fault) for fault in no.faults)) from no

    return find


def _named(wire: str, fault: Fault) -> Fault:
    return fault if fault.field in ("starts_at", "ends_at") else Fault(f"{wire}[{fault.field}]", fault.reason)


_RECURRENCES: Mapping[str, tuple[str, Callable[[Reader, str], Times | None]]] = {
    "day": ("daily_recurrence", _daily),
    "week": ("weekly_recurrence", _weekly),
    "month": ("monthly_recurrence", _monthly),
    "year": ("yearly_recurrence", _yearly),
}
