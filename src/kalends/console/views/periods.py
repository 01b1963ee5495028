"""The weekly hours at which somebody serves a service, by the dates between which they hold, each as a form."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from kalends.console.values import Values
from kalends.console.views.forms import Field, Form, Group
from kalends.console.views.hours import validity_text
from kalends.console.views.tables import Text
from kalends.console.views.times import Times
from kalends.console.views.week_form import WEEK, sent_week, week_days
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.time.clock import DAY
from kalends.engine.version import version_of
from kalends.notices.texts import Message

ALWAYS, NEW = "", "new"
"""The keys of the hours that hold always, and of a period that is added."""
FIELDS = (*WEEK, "period", "first_day", "last_day")
_NO_OPENINGS: Sequence[Opening] = ()


class Period(msgspec.Struct, frozen=True):
    """The form of a period, and its dates in words; "" for one that is added."""

    key: str
    dates: Text
    form: Form


def period_of(opening: Opening) -> str:
    """The key of the hours that hold between the same dates."""
    bounds = (opening.valid_from, opening.valid_until)
    return ALWAYS if bounds == (None, None) else "/".join("" if each is None else str(each) for each in bounds)


def week_of_always(path: str, provider: ServiceAssignment, openings: Sequence[Opening]) -> Form:
    """The form of the hours that hold always."""
    return _form(path, provider, ALWAYS, (), [each for each in openings if period_of(each) == ALWAYS])


def periods(path: str, provider: ServiceAssignment, openings: Sequence[Opening], times: Times) -> Iterator[Period]:
    """The periods in order of time, and one that can be added."""
    by_dates = sorted(openings, key=lambda each: (each.valid_from or date.min, each.valid_until or date.max))
    for key in dict.fromkeys(period_of(each) for each in by_dates):
        if key != ALWAYS:
            of_period = [each for each in openings if period_of(each) == key]
            first, until = of_period[0].valid_from, of_period[0].valid_until
            dates = _dates(first, until - DAY if until else None)
            yield Period(key, validity_text(of_period[0], times), _form(path, provider, key, dates, of_period))
    yield Period(NEW, "", _form(path, provider, NEW, _dates(None, None), _NO_OPENINGS))


def sent_period(sent: Mapping[str, str], present: Sequence[Opening]) -> tuple[list[Opening], Values]:
    """The hours of the period that the form has, and what could not be read of it. Hours that there are at `present`
    keep their name."""
    openings, values = sent_week(sent)
    if sent["period"] != ALWAYS:
        openings = _between(openings, values)
    old = {(each.weekday, each.opens, each.closes): each for each in present if period_of(each) == sent["period"]}
    return [_as_named(each, old.get((each.weekday, each.opens, each.closes))) for each in openings], values


def _between(openings: Sequence[Opening], values: Values) -> list[Opening]:
    first, last = values.day("first_day"), values.day("last_day")
    if openings and not values.sent["first_day"].strip() and not values.sent["last_day"].strip():
        values.faults["first_day"] = Message("fault.blank")
    if not values.faults and first and last and last < first:
        values.faults["last_day"] = Message("fault.before_start")
    if values.faults:
        return []
    return [replace(each, valid_from=first, valid_until=last + DAY if last else None) for each in openings]


def _as_named(opening: Opening, old: Opening | None) -> Opening:
    return replace(opening, name=old.name, group_id=old.group_id) if old else opening


def _form(
    path: str, provider: ServiceAssignment, key: str, dates: tuple[Group, ...], openings: Sequence[Opening]
) -> Form:
    hidden = {"version": version_of(provider), "period": key}
    prefix = f"{key.replace('/', '-')}-" if key else ""
    return Form(path, (*dates, *week_days(openings)), "form.save", hidden=hidden, id=prefix)


def _dates(first: date | None, last: date | None) -> tuple[Group, ...]:
    named = (("first_day", first), ("last_day", last))
    days = [Field(name, f"hours.{name}", kind="date", value=str(day or ""), required=False) for name, day in named]
    return (Group("hours.dates", tuple(days), "hours.dates_hint", beside=True),)
