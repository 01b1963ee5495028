"""Ids as texts: a prefix that names the kind of thing, and the number that the other doors show too (`item_1042`).

Each kind has two types for the fields of schemas, with one form on the wire: `SiteId` is the text, for what is
answered; `SiteRef` is the number, for what is read. Clients keep ids as they are, and read nothing from them.
"""

import re
from collections.abc import Mapping
from typing import Annotated, TypeAlias

from msgspec import Meta

from kalends.web.auth import ID_BOUND

PREFIXES: Mapping[str, str] = {
    "account": "acct",
    "block": "blk",
    "booking": "bkg",
    "booking_status": "sts",
    "case": "case",
    "category": "cat",
    "custom_field": "fld",
    "customer": "cus",
    "delivery": "dlv",
    "document": "doc",
    "exception": "exc",
    "extra": "ext",
    "extra_opening": "xop",
    "feed": "feed",
    "group": "grp",
    "hold": "hold",
    "holiday_calendar": "cal",
    "invoice": "inv",
    "item": "item",
    "key": "key",
    "message": "msg",
    "message_template": "tpl",
    "occasion": "occ",
    "opening": "opn",
    "price": "prc",
    "resource": "res",
    "series": "ser",
    "service": "svc",
    "session": "ses",
    "site": "site",
    "user": "usr",
    "webhook": "whk",
}
"""The prefix of each kind of thing."""
ACTORS = ("key", "user", "customer")
"""Kinds of who does something."""
_EXAMPLE = 1042
_FORM = re.compile(r"([a-z]+)_([1-9][0-9]{0,15})", re.ASCII)
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


def write_id(kind: str, number: int) -> str:
    """The id of a thing of this kind."""
    return f"{PREFIXES[kind]}_{number}"


def write_optional_id(kind: str, number: int | None) -> str | None:
    """The id of a thing of this kind; None for None."""
    return None if number is None else write_id(kind, number)


def write_actor(actor: str) -> str:
    """Who did something: the id of a key, user or customer, `key:7` of the engine; else a name."""
    kind, _, number = actor.partition(":")
    return write_id(kind, int(number)) if kind in ACTORS and number.isdecimal() else actor


def read_id(kind: str, text: object) -> int | None:
    """The number of an id of this kind; None for anything else."""
    return read_any_id(text).get(kind)


def read_any_id(text: object) -> dict[str, int]:
    """Kind and number of an id of any kind; {} for anything else."""
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None or match[1] not in _KINDS or int(match[2]) >= ID_BOUND:
        return {}
    return {_KINDS[match[1]]: int(match[2])}


def _schema(kind: str) -> dict[str, object]:
    return {"pattern": f"^{PREFIXES[kind]}_[1-9][0-9]*$", "examples": [write_id(kind, _EXAMPLE)]}


def _text(kind: str) -> Meta:
    return Meta(extra_json_schema=_schema(kind))


def _number(kind: str) -> Meta:
    return Meta(extra={"id": kind}, extra_json_schema={"x-wire": "string", **_schema(kind)})


BlockId: TypeAlias = Annotated[str, _text("block")]
BlockRef: TypeAlias = Annotated[int, _number("block")]
BookingId: TypeAlias = Annotated[str, _text("booking")]
BookingRef: TypeAlias = Annotated[int, _number("booking")]
BookingStatusId: TypeAlias = Annotated[str, _text("booking_status")]
BookingStatusRef: TypeAlias = Annotated[int, _number("booking_status")]
CaseId: TypeAlias = Annotated[str, _text("case")]
CaseRef: TypeAlias = Annotated[int, _number("case")]
CategoryId: TypeAlias = Annotated[str, _text("category")]
CategoryRef: TypeAlias = Annotated[int, _number("category")]
CustomFieldId: TypeAlias = Annotated[str, _text("custom_field")]
CustomFieldRef: TypeAlias = Annotated[int, _number("custom_field")]
CustomerId: TypeAlias = Annotated[str, _text("customer")]
CustomerRef: TypeAlias = Annotated[int, _number("customer")]
DeliveryId: TypeAlias = Annotated[str, _text("delivery")]
DeliveryRef: TypeAlias = Annotated[int, _number("delivery")]
DocumentId: TypeAlias = Annotated[str, _text("document")]
DocumentRef: TypeAlias = Annotated[int, _number("document")]
ExceptionId: TypeAlias = Annotated[str, _text("exception")]
ExceptionRef: TypeAlias = Annotated[int, _number("exception")]
ExtraOpeningId: TypeAlias = Annotated[str, _text("extra_opening")]
ExtraOpeningRef: TypeAlias = Annotated[int, _number("extra_opening")]
FeedId: TypeAlias = Annotated[str, _text("feed")]
FeedRef: TypeAlias = Annotated[int, _number("feed")]
GroupId: TypeAlias = Annotated[str, _text("group")]
GroupRef: TypeAlias = Annotated[int, _number("group")]
HoldId: TypeAlias = Annotated[str, _text("hold")]
HoldRef: TypeAlias = Annotated[int, _number("hold")]
HolidayCalendarId: TypeAlias = Annotated[str, _text("holiday_calendar")]
HolidayCalendarRef: TypeAlias = Annotated[int, _number("holiday_calendar")]
InvoiceId: TypeAlias = Annotated[str, _text("invoice")]
InvoiceRef: TypeAlias = Annotated[int, _number("invoice")]
ItemId: TypeAlias = Annotated[str, _text("item")]
ItemRef: TypeAlias = Annotated[int, _number("item")]
KeyId: TypeAlias = Annotated[str, _text("key")]
KeyRef: TypeAlias = Annotated[int, _number("key")]
MessageId: TypeAlias = Annotated[str, _text("message")]
MessageRef: TypeAlias = Annotated[int, _number("message")]
MessageTemplateId: TypeAlias = Annotated[str, _text("message_template")]
OccasionId: TypeAlias = Annotated[str, _text("occasion")]
OccasionRef: TypeAlias = Annotated[int, _number("occasion")]
OpeningId: TypeAlias = Annotated[str, _text("opening")]
OpeningRef: TypeAlias = Annotated[int, _number("opening")]
PriceId: TypeAlias = Annotated[str, _text("price")]
PriceRef: TypeAlias = Annotated[int, _number("price")]
ResourceId: TypeAlias = Annotated[str, _text("resource")]
ResourceRef: TypeAlias = Annotated[int, _number("resource")]
SeriesId: TypeAlias = Annotated[str, _text("series")]
SeriesRef: TypeAlias = Annotated[int, _number("series")]
ServiceId: TypeAlias = Annotated[str, _text("service")]
ServiceRef: TypeAlias = Annotated[int, _number("service")]
SessionId: TypeAlias = Annotated[str, _text("session")]
SessionRef: TypeAlias = Annotated[int, _number("session")]
SiteId: TypeAlias = Annotated[str, _text("site")]
SiteRef: TypeAlias = Annotated[int, _number("site")]
UserId: TypeAlias = Annotated[str, _text("user")]
UserRef: TypeAlias = Annotated[int, _number("user")]
WebhookId: TypeAlias = Annotated[str, _text("webhook")]
WebhookRef: TypeAlias = Annotated[int, _number("webhook")]
