"""The form for weekly hours that hold for a while only, or for some services."""

from collections.abc import Mapping, Sequence

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Form, Group, own_name
from kalends.console.views.week_form import WEEKDAYS
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.service import Service
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.time.clock import DAY, MINUTES_A_DAY
from kalends.notices.texts import Message

FIELDS = ("from_minute", "to_minute", "first_day", "last_day", "name")
MANY = ("weekdays", "service_ids")


def limited_form(path: str, services: Sequence[Service]) -> Form:
    """The form to add such hours."""
    days = tuple(Choice(str(day), f"weekday.{name}") for day, name in enumerate(WEEKDAYS, 1))
    names = tuple(Choice(str(service.id), own_name(service.title)) for service in services)
    fields: list[Field | Group] = [
        Field("weekdays", "hours.weekdays", kind="checks", choices=days),
        Group(
            "hours.hours",
            (Field("from_minute", "hours.opens", kind="time"), Field("to_minute", "hours.closes", kind="time")),
            beside=True,
        ),
        Group(
            "hours.dates",
            (
                Field("first_day", "hours.first_day", kind="date", required=False),
                Field("last_day", "hours.last_day", kind="date", required=False),
            ),
            "hours.dates_hint",
            beside=True,
        ),
    ]
    if names:
        label, hint = "hours.only_services", "hours.only_services_hint"
        fields.append(Field("service_ids", label, kind="checks", choices=names, hint=hint, required=False))
    fields.append(Field("name", "hours.name", required=False))
    return Form(path, tuple(fields), "hours.add", back=path.rpartition("/")[0])


def sent_limited(sent: Mapping[str, str]) -> tuple[list[Opening], Values]:
    """The hours on each of the weekdays, and what could not be read of them."""
    values = Values(sent)
    weekdays, service_ids = values.ids("weekdays"), values.ids("service_ids")
    opens, closes = values.minute("from_minute"), values.minute("to_minute")
    first, last, name = values.day("first_day"), values.day("last_day"), values.text("name")
    for field in ("weekdays", "from_minute", "to_minute"):
        if not sent[field].strip():
            values.faults[field] = Message("fault.blank")
    if len(name) > LONGEST_LINE:
        values.faults["name"] = Message("fault.too_long")
    if not values.faults and first and last and last < first:
        values.faults["last_day"] = Message("fault.before_start")
    if values.faults:
        return [], values
    until = last + DAY if last else None
    ends = closes if closes > opens else closes + MINUTES_A_DAY
    services = frozenset(service_ids) or None
    return [Opening(day, opens, ends, first, until, services, name) for day in weekdays], values
