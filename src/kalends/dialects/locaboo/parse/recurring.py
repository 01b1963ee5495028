"""Reads the times of a booking: one time, or the times of a recurrence. Source: the page's booking_add."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields import bookings_recurring as of_recurring
from kalends.dialects.locaboo.fields.json_text import array_values
from kalends.dialects.locaboo.parse.arrays import array_of, fields_of, require
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time import repeats
from kalends.engine.time.clock import MINUTES_A_DAY
from kalends.engine.time.repeats import Hours
from kalends.engine.time.span import Span

Sent: TypeAlias = Mapping[str, Any]

_MOST_DAYS = 70
"""Days of a weekly recurrence: ten times on each weekday."""


class Range(msgspec.Struct, frozen=True):
    """The dates from `first` to `last`, both included, in a zone."""

    first: date
    last: date
    zone: ZoneInfo


FindTimes: TypeAlias = Callable[[Range], Iterable[Span]]
TimesIn: TypeAlias = Callable[[ZoneInfo], Sequence[Span]]


def read_times(reader: Reader, sent: Sent) -> TimesIn:
    """The times of a booking_add in a zone; none if there are faults.

    Adds faults(parameters and elements: blank, or unreadable; date_to, time_to, recurrence[to]: before_start;
    weekly_recurrence: too_many). What is returned raises Invalid(recurrence[number of its rule]: invalid; starts_at:
    invalid; starts_at, ends_at: out_of_range), BadRecurrence, TooManyOccurrences.
    """
    require(reader, "date_from", "date_to", "recurring")
    find_times = _recurring(reader, sent) if sent.get("recurring") else _single(reader, sent)
    check_dates(reader, sent)
    if reader.faults or find_times is None:
        return lambda zone: ()
    return lambda zone: tuple(find_times(Range(sent["date_from"], sent["date_to"], zone)))


def check_time(reader: Reader, sent: Sent) -> None:
    """Adds faults(date_to, time_to: before_start) for one time that ends before it starts."""
    check_dates(reader, sent)
    if sent.get("date_from") and sent["date_from"] == sent.get("date_to"):
        check_hours(reader, sent)


def check_dates(reader: Reader, sent: Sent) -> None:
    """Adds a fault(date_to: before_start) if the dates are reversed."""
    first, last = sent.get("date_from"), sent.get("date_to")
    if first and last and last < first:
        reader.faults.append(Fault("date_to", "before_start"))


def check_hours(reader: Reader, sent: Sent) -> None:
    """Adds a fault(time_to: before_start) if the times of the day are reversed or equal."""
    opens, closes = sent.get("time_from"), sent.get("time_to")
    if opens is not None and closes is not None and closes <= opens:
        reader.faults.append(Fault("time_to", "before_start"))


def _single(reader: Reader, sent: Sent) -> FindTimes | None:
    if sent.get("multi_day"):
        return lambda dates: repeats.once(dates.first, dates.last, 0, MINUTES_A_DAY, dates.zone)
    require(reader, "time_from", "time_to")
    if sent.get("date_from") == sent.get("date_to"):
        check_hours(reader, sent)
    opens, closes = sent.get("time_from"), sent.get("time_to")
    if opens is None or closes is None:
        return None
    return lambda dates: repeats.once(dates.first, dates.last, opens, closes, dates.zone)


def _recurring(reader: Reader, sent: Sent) -> FindTimes | None:
    require(reader, "recurrence_type")
    if (recurrence_type := sent.get("recurrence_type")) is None:
        return None
    wire, read = _RECURRENCES[recurrence_type]
    require(reader, wire)
    find_times = read(reader, wire) if wire in reader.sent else None
    return _with_wire_faults(wire, find_times) if find_times else None


def _daily(reader: Reader, wire: str) -> FindTimes | None:
    array = array_of(reader, wire, reader.sent[wire])
    hours = _hours(reader, wire, fields_of(reader, array, of_recurring.HOURS))
    return hours and (lambda dates: repeats.daily(dates.first, dates.last, hours, dates.zone))


def _weekly(reader: Reader, wire: str) -> FindTimes | None:
    every_weeks = of_recurring.WEEKS[reader.fields(of_recurring.EVERY).get("weekly_type_select") or "week"]
    timetables: list[dict[int, Hours]] = []
    rows = array_values(reader.sent[wire])
    if not 1 <= len(rows) <= _MOST_DAYS:
        reader.faults.append(Fault(wire, "too_many" if rows else "blank"))
    for row in rows[:_MOST_DAYS]:
        day = fields_of(reader, array_of(reader, wire, row), of_recurring.DAY_OF_WEEK, ["day"])
        hours = _hours(reader, wire, day)
        if hours and "day" in day:
            _add_hours(timetables, day["day"], hours)
    return lambda dates: sorted(
        span
        for timetable in timetables
        for span in repeats.weekly(dates.first, dates.last, every_weeks, timetable, dates.zone)
    )


def _add_hours(timetables: list[dict[int, Hours]], weekday: int, hours: Hours) -> None:
    """A timetable has one time on each weekday, so a second time on the same weekday goes into another timetable."""
    timetable = next((timetable for timetable in timetables if weekday not in timetable), None)
    if timetable is None:
        timetables.append(timetable := {})
    timetable[weekday] = hours


def _monthly(reader: Reader, wire: str) -> FindTimes | None:
    array = array_of(reader, wire, reader.sent[wire])
    sent = fields_of(reader, array, of_recurring.MONTHLY, ["mode", "days"])
    hours, mode = _hours(reader, wire, sent), sent.get("mode")
    days = array_of(reader, f"{wire}[days]", array.values.get("days"))
    if mode == "day":
        rule = fields_of(reader, days, of_recurring.DAYS_BY_DAY, ["day"])
        return hours and (
            lambda dates: repeats.monthly_by_day(
                dates.first, dates.last, rule.get("month", 1), rule["day"], hours, dates.zone
            )
        )
    if mode == "week":
        rule = fields_of(reader, days, of_recurring.DAYS_BY_WEEK, ["week_number", "week_day"])
        return hours and (
            lambda dates: repeats.monthly_by_week(
                dates.first,
                dates.last,
                rule.get("month", 1),
                hours,
                dates.zone,
                week=rule["week_number"],
                weekday=rule["week_day"],
            )
        )
    return None


def _yearly(reader: Reader, wire: str) -> FindTimes | None:
    array = array_of(reader, wire, reader.sent[wire])
    rule = fields_of(reader, array, of_recurring.YEARLY, ["day", "month"])
    hours = _hours(reader, wire, rule)
    return hours and (
        lambda dates: repeats.yearly(dates.first, dates.last, rule["month"], rule["day"], hours, dates.zone)
    )


def _hours(reader: Reader, wire: str, sent: Sent) -> Hours | None:
    """The hours of a recurrence, or all day; None, and a fault, if there are none. From 22:00 to 02:00 is a night."""
    if sent.get("full_day"):
        return 0, MINUTES_A_DAY
    opens, closes = sent.get("from"), sent.get("to")
    reader.add_blank_faults(*(f"{wire}[{name}]" for name in ("from", "to") if sent.get(name) is None))
    if opens is None or closes is None:
        return None
    if closes == opens:
        reader.faults.append(Fault(f"{wire}[to]", "before_start"))
        return None
    return opens, closes if closes > opens else closes + MINUTES_A_DAY


def _with_wire_faults(wire: str, find_times: FindTimes) -> FindTimes:
    """Faults of the rule's numbers, such as the 30th of February, become faults of the array's elements."""

    def find(dates: Range) -> Sequence[Span]:
        try:
            return list(find_times(dates))
        except Invalid as invalid:
            raise Invalid(*(_wire_fault(wire, fault) for fault in invalid.faults)) from invalid

    return find


def _wire_fault(wire: str, fault: Fault) -> Fault:
    return fault if fault.field in ("starts_at", "ends_at") else Fault(f"{wire}[{fault.field}]", fault.reason)


_RECURRENCES: Mapping[str, tuple[str, Callable[[Reader, str], FindTimes | None]]] = {
    "day": ("daily_recurrence", _daily),
    "week": ("weekly_recurrence", _weekly),
    "month": ("monthly_recurrence", _monthly),
    "year": ("yearly_recurrence", _yearly),
}
