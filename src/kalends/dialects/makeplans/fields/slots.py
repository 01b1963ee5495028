"""Slots: times that can be booked, with the moments also in words."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET

from kalends.dialects.kit.dates import moment_writer
from kalends.dialects.makeplans.fields.view import RenderContext
from kalends.engine.availability.slots import Slot

# By language: names of weekdays, names of months, and the form of a date. These are the vendor's languages; accounts
# with another one get English.
_DATE_WORDS = {
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
_SAME_LANGUAGE = {"no": "nb", "nn": "nb"}


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


def slot(context: RenderContext) -> Callable[[Slot], ShownSlot]:
    """The function that renders each slot, in the account's zone and language."""
    moment, in_words = moment_writer(context.zone), _writer_in_words(context)

    def render(slot: Slot) -> ShownSlot:
        start, end = slot.span.start, slot.span.end
        return ShownSlot(
            timestamp=moment(start),
            timestamp_end=moment(end),
            formatted_timestamp=in_words(start),
            formatted_timestamp_end=in_words(end),
            free=slot.free,
            available_resources=slot.resource_ids,
            maximum_capacity=slot.capacity,
            event_id=UNSET if slot.session_id is None else slot.session_id,
        )

    return render


def _writer_in_words(context: RenderContext) -> Callable[[datetime], str]:
    """The function that writes a moment for people, such as `Friday, 24 January 2020, 09:00`."""
    language = context.locale.replace("_", "-").partition("-")[0].lower()

    def write(moment: datetime) -> str:
        local = moment.astimezone(context.zone)
        return f"{_date_in_words(local.date(), language)}, {local.hour:02}:{local.minute:02}"

    return write


@lru_cache(maxsize=4096)
def _date_in_words(day: date, language: str) -> str:
    weekdays, months, form = _DATE_WORDS.get(_SAME_LANGUAGE.get(language, language), _DATE_WORDS["en"])
    weekday, month = weekdays.split()[day.weekday()], months.split()[day.month - 1]
    return form.format(weekday=weekday, day=day.day, month=month, year=day.year)
