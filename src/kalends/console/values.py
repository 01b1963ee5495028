"""Reads the values of a form's fields, and keeps what is wrong with them, so that all of it can be told at once.

What can't be read is UNSET: a patch with it leaves the record's field as it is.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET

from kalends.console.complaints import complaint_of
from kalends.console.views.forms import BETWEEN, Complaint
from kalends.console.views.wall_times import read_wall
from kalends.engine.refusals import Invalid, RepeatedTime, SkippedTime
from kalends.notices.texts import Message

_MOST_DIGITS = 18


class Values:
    """The values of fields as they were sent, which a form's parser reads one by one; `faults` grow meanwhile."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self.sent = sent
        self.faults: dict[str, Message] = {}

    @property
    def complaint(self) -> Complaint:
        """What could not be read."""
        return Complaint(self.faults)

    def text(self, name: str) -> str:
        """Without spaces around it, and with line feeds only."""
        return self.sent[name].strip().replace("\r\n", "\n")

    def flag(self, name: str) -> bool:
        """Whether a checkbox is ticked."""
        return bool(self.sent[name])

    def number(self, name: str, blank: Any = None) -> Any:
        """A whole number; `blank` if the field is empty. Fault: not_a_number."""
        return self.read(name, _whole_number, "not_a_number", blank)

    def amount(self, name: str, blank: Any = None) -> Any:
        """A Decimal, with a point or a comma before its decimals. Fault: not_a_number."""
        return self.read(name, _decimal, "not_a_number", blank)

    def day(self, name: str, blank: Any = None) -> Any:
        """A date. Fault: not_a_date."""
        return self.read(name, _date, "not_a_date", blank)

    def moment(self, name: str, fold: str, zone: ZoneInfo) -> datetime | None:
        """The moment, in UTC, of a time on the wall; the field `fold` says which of two that are the same. Faults:
        blank, invalid, out_of_range, and that clocks skip it or show it twice."""
        return self.moment_at(self.text(name), name, fold, zone)

    def moment_at(self, wall: str, name: str, fold: str, zone: ZoneInfo) -> datetime | None:
        """The same of a time that is made of several fields; the faults are those of the field `name`."""
        try:
            return read_wall(wall, self.text(fold), zone, name)
        except (Invalid, RepeatedTime, SkippedTime) as refusal:
            complaint = complaint_of(refusal, {})
            self.faults |= complaint.fields if complaint else {}
            return None

    def minute(self, name: str, blank: Any = None) -> Any:
        """A time of day, in minutes from midnight; `24:00` is 1440. Fault: not_a_time."""
        return self.read(name, minute_of, "not_a_time", blank)

    def choice(self, name: str, choices: Mapping[str, Any]) -> Any:
        """What the chosen value stands for. Fault: not_included."""
        return self.read(name, choices.__getitem__, "not_included", choices.get(""))

    def id(self, name: str, blank: Any = None) -> Any:
        """The id of a record. Fault: unknown."""
        return self.read(name, _whole_number, "unknown", blank)

    def ids(self, name: str) -> Any:
        """The ids of records, each once and in order. Fault: unknown."""
        return self.read(name, _whole_numbers, "unknown", ())

    def needed(self, read: Callable[[str], Any], name: str) -> Any:
        """What `read`, one of the readers above, makes of a field that must not be empty. Fault: blank."""
        if self.text(name):
            return read(name)
        self.faults[name] = Message("fault.blank")
        return UNSET

    def read(self, name: str, parse: Callable[[str], Any], reason: str, blank: Any = None) -> Any:
        """What `parse` makes of the text; `blank` if it is empty. A text that it can't read (ValueError, KeyError) is a
        fault for this reason."""
        text = self.text(name)
        if not text:
            return blank
        try:
            return parse(text)
        except (ValueError, KeyError):
            self.faults[name] = Message(f"fault.{reason}")
            return UNSET


def minute_of(text: str) -> int:
    """The minutes from midnight of a time such as 08:30 or 24:00. Raises ValueError."""
    if text in ("24:00", "24:00:00"):
        return 24 * 60
    clock = time.fromisoformat(text)
    return clock.hour * 60 + clock.minute


def _date(text: str) -> date:
    day = date.fromisoformat(text)
    if not date.min.year < day.year < date.max.year:  # so that moments near it are there in any zone
        raise ValueError(text)
    return day


def _whole_number(text: str) -> int:
    if len(text) > _MOST_DIGITS or not text.removeprefix("-").isdecimal():
        raise ValueError(text)
    return int(text)


def _whole_numbers(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(map(_whole_number, text.split(BETWEEN))))


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite() or len(text) > _MOST_DIGITS:
        raise ValueError(text)
    return number
