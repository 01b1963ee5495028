"""Fields of requests about bookings. Source: the page's booking_list, booking_save and booking_add."""

from typing import Any

from msgspec import UNSET

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, WireContext, one_or_many
from kalends.dialects.kit.fields import Field, PassThrough
from kalends.dialects.locaboo.fields.bookings_times import ends, starts
from kalends.dialects.locaboo.fields.customers import bit, colour
from kalends.dialects.locaboo.fields.json_text import array_values
from kalends.engine.limits import LONGEST_TEXT, MOST_UNITS

MOST_ROWS = 10**9
"""The largest limit and offset of a list."""

_many_ids = one_or_many(codecs.identifier)


def _read_ids(value: Any, context: WireContext) -> tuple[int, ...] | None:
    """Ids as a PHP array, whose elements may be several ids separated by commas."""
    parts = [part for element in array_values(value) for part in _split(element)]
    ids: tuple[int, ...] | None = _many_ids.read(parts, context)
    return ids


def _split(element: Any) -> list[Any]:
    return element.split(",") if isinstance(element, str) else [element]


ids = Codec(_read_ids)

DATES = (Field("date_from", "date_from", codecs.day), Field("date_to", "date_to", codecs.day))
TIMES = (Field("time_from", "time_from", starts), Field("time_to", "time_to", ends))

LIST = (
    *DATES,
    *TIMES,
    Field("resource_id", "resource_id", ids),
    Field("show_details", "show_details", codecs.flag),
    Field("limit", "limit", codecs.number(0, MOST_ROWS)),
    Field("offset", "offset", codecs.number(0, MOST_ROWS)),
)

# The vendor's status -> the engine's state and attendance status.
STATUSES: dict[str, tuple[str, str | None]] = {
    "Live": ("confirmed", None),
    "Draft": ("draft", None),
    "Complete": ("confirmed", "completed"),
    "Cancel": ("cancelled", None),
}
# The vendor's salutation -> the PassThrough fields of customers that customer_add would store.
SALUTATIONS = {
    "Mr": {"salutation": 0},
    "Ms/Mrs": {"salutation": 1},
    "Dr": {"salutation_title": 0},
    "Pr": {"salutation_title": 1},
}

SAVE = (
    *DATES,
    *TIMES,
    Field("booking_id", "booking_id", codecs.identifier),
    Field("resource_id", "resource_id", codecs.identifier),
    Field("booking_status", "booking_status", codecs.choice(*STATUSES)),
    Field("customer_salutation", "customer_salutation", codecs.choice(*SALUTATIONS)),
    Field("booking_title", "title", codecs.text(), also=("title",)),
)
BOOKER = (
    Field("customer_first_name", "first_name", codecs.text()),
    Field("customer_last_name", "last_name", codecs.text()),
    Field("customer_email", "email", codecs.text()),
    Field("customer_company", "company", codecs.text()),
    Field("customer_street", "street", codecs.text()),
    Field("customer_zip", "postcode", codecs.text()),
    Field("customer_phone", "phone", codecs.text()),
    Field("customer_city", "city", codecs.text()),
)

MODES = {"direct_booking": "confirmed", "booking_request": "awaiting_confirmation"}
KEPT = (
    PassThrough("color", colour, ""),
    PassThrough("persons", ids, ()),
    PassThrough("booking_mode", codecs.choice(*MODES), UNSET),
    PassThrough("season_id", codecs.text(), UNSET),
    PassThrough("custom_color", bit, UNSET),
    PassThrough("entrance_hall", bit, UNSET),
    PassThrough("booking_hidden_widget", bit, UNSET),
    PassThrough("internal_comments", codecs.text(LONGEST_TEXT), UNSET),
)
ADD = (
    *DATES,
    *TIMES,
    Field("title", "title", codecs.text()),
    Field("comments", "comments", codecs.text(LONGEST_TEXT)),
    Field("customer_id", "customer_id", codecs.identifier),
    Field("recurring", "recurring", codecs.flag),
    Field("recurrence_type", "recurrence_type", codecs.choice("day", "week", "month", "year")),
    Field("multi_day", "multi_day", codecs.flag),
    Field("main_resource", "main_resource", codecs.identifier),
)
EXTRA = (Field("checked", "checked", codecs.flag), Field("quantity", "quantity", codecs.number(1, MOST_UNITS)))
