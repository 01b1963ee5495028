"""What lists of dates and times are asked for, and slots as they are shown: times that can be booked."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import many
from kalends.dialects.kit.dates import moment_writer
from kalends.dialects.kit.fields import Field
from kalends.dialects.makeplans.fields.view import RenderContext
from kalends.engine.availability.slots import Slot

_DATES = (Field("from", "first", codecs.day), Field("to", "last", codecs.day))
SPAN = _DATES
HOURS = (
    *_DATES,
    Field("service_id", "service_id", codecs.identifier),
    Field("resource_id", "resource_ids", many(codecs.identifier, comma=True)),
)
SLOTS = (*_DATES, Field("selected_resources", "resource_ids", many(codecs.identifier, comma=True)))

# The languages that the vendor has; others read English.
_NAMES = {
    "en": (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "January February March April May June July August September October November December",
        "{weekday}, {day} {month} {year}",
    ),
    "nb": (
        "mandag tirsdag onsdag torsdag fredag lørdag søndag",
        "januar februar mars april mai juni juli august september oktober november desember",
        "{weekday} {day}. {month} {year}",
    ),
    "sv": (
        "måndag tisdag onsdag torsdag fredag lördag söndag",
        "januari februari mars april maj juni juli augusti september oktober november december",
        "{weekday} {day} {month} {year}",
    ),
}
_ALSO = {"no": "nb", "nn": "nb"}


class ShownSlot(msgspec.Struct, frozen=True):
    """A slot on the wire. `event_id`, our own addition, says which event a slot of an attendance is."""

    timestamp: Any
    timestamp_end: Any
    formatted_timestamp: str
    formatted_timestamp_end: str
    free: int
    available_resources: tuple[int, ...]
    maximum_capacity: int
    event_id: Any = UNSET


def slot(view: RenderContext) -> Callable[[Slot], ShownSlot]:
    """A slot as it is shown."""
    moment, words = moment_writer(view.zone), _spoken(view)

    def show(one: Slot) -> ShownSlot:
        start, end = one.span.start, one.span.end
        event_id = UNSET if one.session_id is None else one.session_id
        shown = moment(start), moment(end), words(start), words(end)
        return ShownSlot(*shown, one.free, one.resource_ids, one.capacity, event_id)

    return show


def _spoken(view: RenderContext) -> Callable[[datetime], str]:
    """What writes a moment as people of the account's language read it: `Friday, 24 January 2020, 09:00`."""
    language = view.locale.replace("_", "-").partition("-")[0].lower()

    def write(at: datetime) -> str:
        local = at.astimezone(view.zone)
        return f"{_spoken_day(local.date(), language)}, {local.hour:02}:{local.minute:02}"

    return write


@lru_cache(maxsize=4096)
def _spoken_day(day: date, language: str) -> str:
    weekdays, months, form = _NAMES.get(_ALSO.get(language, language), _NAMES["en"])
    named = {"weekday": weekdays.split()[day.weekday()], "month": months.split()[day.month - 1]}
    return form.format(**named, day=day.day, year=day.year)
