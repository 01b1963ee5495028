"""The forms for days on which a site or a resource is closed, or open at other hours."""

from collections.abc import Mapping
from datetime import date

from kalends.console.values import Values
from kalends.console.views.clock import clock_text
from kalends.console.views.forms import Choice, Field, Form, Group, Kind, once
from kalends.engine.availability.exception_entry import ExceptionEntry, ExceptionPatch
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.time.clock import DAY, MINUTES_A_DAY
from kalends.notices.texts import Message

FIELDS = ("first_day", "last_day", "closed", "opens", "closes", "title")
NAMES = {"day_from": "first_day", "day_until": "last_day"}
_CLOSED, _OPEN = "yes", "no"


def new_exception_form(path: str, back: str) -> Form:
    """The form to add one: closed, unless it says otherwise."""
    return Form(path, _fields({"closed": _CLOSED}), "hours.add", hidden=once(), back=back)


def exception_form(path: str, back: str, exception: ExceptionEntry) -> Form:
    """The form to change one."""
    last = exception.day_until - DAY
    values = {
        "first_day": exception.day_from.isoformat(),
        "last_day": "" if last == exception.day_from else last.isoformat(),
        "closed": _CLOSED if exception.opens is None else _OPEN,
        "opens": "" if exception.opens is None else clock_text(exception.opens),
        "closes": "" if exception.closes is None else clock_text(exception.closes % MINUTES_A_DAY),
        "title": exception.title,
    }
    return Form(path, _fields(values), "form.save", hidden={"version": str(exception.revision)}, back=back)


def sent_exception(sent: Mapping[str, str]) -> tuple[ExceptionPatch, Values]:
    """What the form says, and what could not be read of it. Without a last day it is the first day alone."""
    values = Values(sent)
    first, last = values.day("first_day"), values.day("last_day")
    opens = closes = None
    if sent["closed"] != _CLOSED:
        opens, closes = values.minute("opens"), values.minute("closes")
        for name, minute in (("opens", opens), ("closes", closes)):
            if minute is None:
                values.faults[name] = Message("fault.blank")
    if first is None:
        values.faults["first_day"] = Message("fault.blank")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        values.faults["last_day"] = Message("fault.before_start")
    if values.faults:
        return ExceptionPatch(title=values.text("title")), values
    until = (last or first) + DAY
    ends = closes if closes is None or closes > opens else closes + MINUTES_A_DAY
    patch = ExceptionPatch(day_from=first, day_until=until, opens=opens, closes=ends, title=values.text("title"))
    return patch, values


def _fields(values: Mapping[str, str]) -> tuple[Field | Group, ...]:
    def field(name: str, kind: Kind, *, required: bool = False) -> Field:
        return Field(name, f"exception.{name}", kind=kind, value=values.get(name, ""), required=required)

    closed = Field(
        "closed",
        "exception.closed",
        kind="radios",
        value=values.get("closed", ""),
        choices=(Choice(_CLOSED, "hours.closed"), Choice(_OPEN, "exception.open")),
    )
    title = Field(
        "title",
        "exception.title",
        value=values.get("title", ""),
        hint="exception.title_hint",
        required=False,
        attributes={"maxlength": str(LONGEST_LINE)},
    )
    return (
        Group(
            "hours.days",
            (field("first_day", "date", required=True), field("last_day", "date")),
            "exception.days_hint",
            beside=True,
        ),
        closed,
        Group("exception.hours", (field("opens", "time"), field("closes", "time")), beside=True),
        title,
    )
