"""What requests about bookings may say."""

from typing import Any

from msgspec import UNSET

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, WireContext, many
from kalends.dialects.kit.fields import Field, PassThrough
from kalends.dialects.kit.nested import listed
from kalends.dialects.locaboo.fields.bookings_times import ends, starts
from kalends.dialects.locaboo.fields.customers import bit, colour

FAR = 10**9
"""No list is so long."""

_many_ids = many(codecs.identifier)


def _read_ids(value: Any, wire_context: WireContext) -> tuple[int, ...] | None:
    """Ids in a list, with numbers for keys or without, or between commas."""
    ids: tuple[int, ...] | None = _many_ids.read(
        [one for each in listed(value) for one in (each.split(",") if isinstance(each, str) else [each])], wire_context
    )
    return ids


ids = Codec(_read_ids)

DATES = (Field("date_from", "date_from", codecs.day), Field("date_to", "date_to", codecs.day))
TIMES = (Field("time_from", "time_from", starts), Field("time_to", "time_to", ends))

LIST = (
    *DATES,
    *TIMES,
    Field("resource_id", "resource_id", ids),
    Field("show_details", "show_details", codecs.flag),
    Field("limit", "limit", codecs.number(0, FAR)),
    Field("offset", "offset", codecs.number(0, FAR)),
)

# Status of the page -> state and attendance of the engine.
STATUSES: dict[str, tuple[str, str | None]] = {
    "Live": ("confirmed", None),
    "Draft": ("draft", None),
    "Complete": ("confirmed", "completed"),
    "Cancel": ("cancelled", None),
}
# Salutation of the page -> what customer_add would keep of it.
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
    PassThrough("internal_comments", codecs.text(codecs.TEXT), UNSET),
)
ADD = (
    *DATES,
    *TIMES,
    Field("title", "title", codecs.text()),
    Field("comments", "comments", codecs.text(codecs.TEXT)),
    Field("customer_id", "customer_id", codecs.identifier),
    Field("recurring", "recurring", codecs.flag),
    Field("recurrence_type", "recurrence_type", codecs.choice("day", "week", "month", "year")),
    Field("multi_day", "multi_day", codecs.flag),
    Field("main_resource", "main_resource", codecs.identifier),
)
EXTRA = (Field("checked", "checked", codecs.flag), Field("quantity", "quantity", codecs.number(1, 100_000)))
