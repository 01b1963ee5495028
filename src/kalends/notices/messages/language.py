"""The texts, dates and times of messages, in each language that there are texts in."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_name

from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.notices.texts import FALLBACK, Catalogue, Message, language_of_tag, read_catalogues

_CATALOGUES = read_catalogues(Path(__file__).parent.parent / "message_texts")
_NARROW, _NO_BREAK = "\u202f", "\u00a0"
"""Some programs can't show a narrow space, which stands before AM and PM."""
_BRITISH = "en_GB"
"""English dates and hours, where no country or one without English says otherwise."""
_WEEKDAY_IN_FULL = ("cs", "sk")
"""Languages in which the short Monday, `po`, is a word before dates and hours: after them."""


class MessageLanguage(msgspec.Struct, frozen=True):
    """A language: its code such as `de`, its texts, and how dates and hours are written in it."""

    code: str
    catalogue: Catalogue
    locale: Locale

    def text(self, key: str, **arguments: Any) -> str:
        """A text of the catalogue."""
        return self.catalogue.text(Message(key, arguments))

    def when(self, span: Span, zone: ZoneInfo) -> str:
        """`Monday, 1 March 2027, 10:00–11:00`: on the wall of a zone, whole days without hours."""
        start, end = span.start.astimezone(zone), span.end.astimezone(zone)
        if _is_midnight(start) and _is_midnight(end):
            return self._days(start.date(), end.date() - DAY)
        if end.date() == start.date() or (_is_midnight(end) and end.date() == start.date() + DAY):
            return f"{self.day(start)}, {self.hour(start)}–{self.hour(end)}"
        return f"{self.moment(start)} – {self.moment(end)}"

    def day(self, day: date) -> str:
        """`Monday, 1 March 2027`."""
        return format_date(day, "full", locale=self.locale)

    def short_day(self, day: date) -> str:
        """`Mon, 1 Mar`: for the head of a column."""
        return str(format_skeleton("MMMEd", day, locale=self.locale))

    def days(self, first: date, last: date) -> str:
        """`1–7 Mar 2027`: the first day and the last, with what they share said once."""
        return str(format_interval(first, last, "yMMMMd", locale=self.locale))

    def moment(self, at: datetime) -> str:
        """`Monday, 1 March 2027, 10:00`: a moment on the wall of its own zone."""
        return f"{self.day(at)}, {self.hour(at)}"

    def brief(self, at: datetime) -> str:
        """`Mon, 01/03/2027 10:00`: a moment on the wall of its own zone, for a line that must be short."""
        return f"{self._day_in_a_line(at, 'yMEd', 'yMd')} {self.hour(at)}"

    def brief_day(self, day: date) -> str:
        """`Mon, 1 Mar`: for a line that must be short."""
        return self._day_in_a_line(day, "MMMEd", "MMMd")

    def hour(self, at: datetime) -> str:
        """`10:00`; inside an hour that clocks pass twice with the offset, `02:30 (UTC+2)`."""
        hour = format_time(at, "short", locale=self.locale).replace(_NARROW, _NO_BREAK)
        return f"{hour} ({_offset(at)})" if is_ambiguous(at) else hour

    def zone_name(self, zone: ZoneInfo) -> str:
        """`Central European Time (Europe/Oslo)`; a zone that stands for no place by its key alone."""
        region, _, city = zone.key.partition("/")
        if not city or region == "Etc":
            return zone.key
        return f"{get_timezone_name(zone, locale=self.locale, zone_variant='generic')} ({zone.key})"

    def _day_in_a_line(self, day: date, skeleton: str, without_weekday: str) -> str:
        if self.code not in _WEEKDAY_IN_FULL:
            return str(format_skeleton(skeleton, day, locale=self.locale))
        weekday = format_date(day, "EEEE", locale=self.locale)
        return f"{weekday} {format_skeleton(without_weekday, day, locale=self.locale)}"

    def _days(self, first: date, last: date) -> str:
        days = self.day(first) if first >= last else f"{self.day(first)} – {self.day(last)}"
        return f"{days}, {self.text('all_day')}"


@cache
def message_language(tag: str, country: str) -> MessageLanguage:
    """The language of a tag such as `de-AT`, English if there are no texts in it.

    Dates and hours are written as in the tag's country, else as in `country` (ISO 3166-1 alpha-2).
    """
    code = language_of_tag(tag)
    if code is None:
        return MessageLanguage(FALLBACK, _CATALOGUES[FALLBACK], Locale.parse(_BRITISH))
    _, _, own_country = tag.strip().replace("_", "-").partition("-")
    candidates = [f"{code}_{place.upper()}" for place in (own_country, country) if len(place) == 2]
    return MessageLanguage(code, _CATALOGUES[code], _first_known(*candidates, _BRITISH if code == FALLBACK else code))


def is_ambiguous(at: datetime) -> bool:
    """Whether clocks show this time twice; in a gap, which no moment lies in, offsets differ the other way round."""
    first, second = at.replace(fold=0).utcoffset(), at.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second


def _first_known(*names: str) -> Locale:
    for name in names[:-1]:
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):  # such as English in Norway
            continue
    return Locale.parse(names[-1])


def _is_midnight(at: datetime) -> bool:
    return not (at.hour or at.minute or at.second)


def _offset(at: datetime) -> str:
    """`UTC+2`, `UTC-3:30`."""
    offset = at.utcoffset() or timedelta()
    hours, rest = divmod(abs(offset), timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    return f"UTC{'-' if offset < timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")
