"""Fields of recurring bookings. Source: the page's booking_add."""

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext
from kalends.dialects.kit.fields import Field
from kalends.dialects.locaboo.fields.bookings_times import ends, starts

WEEKS = {"week": 1, "biweek": 2, "triweek": 3, "quadweek": 4}
_WEEKDAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}
_MOST_MONTHS = 1200
"""Months from one occurrence to the next."""


def _read_weekday(value: object, context: WireContext) -> int:
    number = _WEEKDAYS.get(value.strip().lower()) if isinstance(value, str) else None
    if number is None:
        raise Unreadable("not_included")
    return number


weekday = Codec(_read_weekday)

HOURS = (Field("from", "from", starts), Field("to", "to", ends), Field("full_day", "full_day", codecs.flag))
EVERY = (Field("weekly_type_select", "weekly_type_select", codecs.choice(*WEEKS)),)
DAY_OF_WEEK = (Field("day", "day", weekday), *HOURS)
MONTHLY = (Field("mode", "mode", codecs.choice("day", "week")), *HOURS)
# `month` is the number of months from one occurrence to the next.
DAYS_BY_DAY = (
    Field("day", "day", codecs.number(1, 31)),
    Field("month", "month", codecs.number(1, _MOST_MONTHS)),
)
DAYS_BY_WEEK = (
    Field("week_number", "week_number", codecs.number(1, 5)),
    Field("week_day", "week_day", weekday),
    Field("month", "month", codecs.number(1, _MOST_MONTHS)),
)
YEARLY = (Field("day", "day", codecs.number(1, 31)), Field("month", "month", codecs.number(1, 12)), *HOURS)
