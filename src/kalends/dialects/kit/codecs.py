"""Codecs: how one value is read from a request and written into a response, in pairs.

`read(value, context)` turns what JSON or a form sent into the engine's value, or raises Unreadable with a reason code.
`writer(context)` is called once per response and returns the function that writes each value; a codec whose writer is
None writes values unchanged. Writers never get None. Readers get None only if `takes_null`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from kalends.dialects.kit.dates import moment_writer, parse_day, parse_moment
from kalends.dialects.kit.nested import array_values
from kalends.engine.limits import AMOUNT_BOUND, AMOUNT_DECIMALS, LONGEST_LINE, LONGEST_TEXT
from kalends.engine.time.clock import day_span
from kalends.web.auth import ID_BOUND

TEXT = LONGEST_TEXT
_TRUE = frozenset(("true", "1", "t", "on", "yes"))
_FALSE = frozenset(("false", "0", "f", "off", "no"))
_INT64 = 2**63
_SMALLEST_AMOUNT = Decimal(1).scaleb(-AMOUNT_DECIMALS)
_ROUNDED_AMOUNT_BOUND = AMOUNT_BOUND - _SMALLEST_AMOUNT / 2
"""From here on an amount is rounded up to AMOUNT_BOUND."""
_INTEGER_TEXT = re.compile(r"[+-]?\d{1,30}(?:\.0+)?", re.ASCII)
_DECIMAL_TEXT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)


class Unreadable(ValueError):
    """A value that can't be read; `reason` is a reason code as in engine.refusals.Fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WireContext(msgspec.Struct, frozen=True):
    """The account's time zone and the moment of the request, for reading and writing."""

    zone: ZoneInfo
    now: datetime


Read: TypeAlias = Callable[[Any, Any], Any]
Writer: TypeAlias = Callable[[Any], Callable[[Any], Any]]


class Codec(msgspec.Struct, frozen=True):
    """A reader and a writer of one value. A dialect may extend the context by what its own codecs need.

    `takes_null`: `read` is also called for None. `blank_is_null`: the engine's "" is written as null.
    """

    read: Read
    writer: Writer | None = None
    takes_null: bool = False
    blank_is_null: bool = False


def text(most: int = LONGEST_LINE, *, null: str | None = None) -> Codec:
    """A text of at most `most` characters; numbers are read as text. Unreadable: invalid, too_long.

    With `null=""`, null on the wire is "" in the engine, both ways.
    """

    def read(value: Any, context: WireContext) -> str | None:
        if value is None:
            return null
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return clean(str(value) if is_number else value, most)

    return Codec(read, takes_null=True, blank_is_null=null is not None)


def search_text(most: int = LONGEST_LINE) -> Codec:
    """A text to search by; a blank one is None. Unreadable: invalid, too_long."""
    text_codec = text(most)
    return Codec(lambda value, context: text_codec.read(value, context) or None)


def choice(*names: str) -> Codec:
    """One of these texts; a blank one is None. Unreadable: not_included."""

    def read(value: Any, context: WireContext) -> str | None:
        if value == "":
            return None
        if not isinstance(value, str) or value not in names:
            raise Unreadable("not_included")
        return value

    return Codec(read)


def number(least: int = -_INT64, most: int = _INT64 - 1) -> Codec:
    """An integer from `least` to `most`, also sent as text; a blank text is None.

    Unreadable: not_a_number; invalid beyond 64 bits; not_positive below 1 where `least` is at least 1; out_of_range.
    """

    def read(value: Any, context: WireContext) -> int | None:
        if value == "":
            return None
        integer = _parse_integer(value)
        if not -_INT64 <= integer < _INT64:
            raise Unreadable("invalid")
        if not least <= integer <= most:
            raise Unreadable("not_positive" if integer < 1 <= least else "out_of_range")
        return integer

    return Codec(read)


def one_or_many(codec: Codec, *, comma: bool = False) -> Codec:
    """A tuple of values, sent as one value, as a list or as `ids[0]=`; with `comma` also as `1,2`.

    Nulls and blank values are left out; a tuple of none is None. Unreadable as `codec` is.
    """

    def read(value: Any, context: Any) -> tuple[Any, ...] | None:
        sent = value.split(",") if comma and isinstance(value, str) else array_values(value)
        items = [codec.read(item, context) for item in sent if item is not None]
        return tuple(item for item in items if item is not None) or None

    return Codec(read)


def write_only(write: Callable[[Any], Any]) -> Codec:
    """A value of responses only, written the same way in every context."""
    return Codec(lambda value, context: value, lambda context: write)


def clean(value: Any, most: int = LONGEST_LINE) -> str:
    """The value, if it is a text that PostgreSQL can store, of at most `most` characters.

    Raises Unreadable(invalid or too_long).
    """
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Unreadable("invalid")
    if len(value) > most:
        raise Unreadable("too_long")
    return value


def _parse_integer(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER_TEXT.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0])
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable("not_a_number")
    return value


def _read_flag(value: Any, context: WireContext) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else "?"
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    if word == "":
        return None
    raise Unreadable("invalid")


def _read_moment(value: Any, context: WireContext) -> datetime | None:
    if value == "":
        return None
    at = parse_moment(value, context.zone) if isinstance(value, str) else None
    if at is None:
        raise Unreadable("invalid")
    return at


def _write_moment(context: WireContext) -> Callable[[datetime], datetime | str]:
    return moment_writer(context.zone)


def _read_moment_text(value: Any, context: WireContext) -> str | None:
    at = _read_moment(value, context)
    return at.isoformat() if at else None


def _write_moment_text(context: WireContext) -> Callable[[str], Any]:
    write = moment_writer(context.zone)
    return lambda stored: write(parse_moment(stored, context.zone) or context.now)


def _read_when(value: Any, context: WireContext) -> datetime | None:
    if value == "now":
        return context.now
    if value == "today":
        return day_span(context.now.astimezone(context.zone).date(), context.zone).start
    return _read_moment(value, context)


def _read_day(value: Any, context: WireContext) -> date | None:
    if value == "":
        return None
    parsed = parse_day(value) if isinstance(value, str) else None
    if parsed is None:
        raise Unreadable("invalid")
    return parsed


def _read_decimal(value: Any, context: WireContext) -> Decimal | None:
    if value == "":
        return None
    is_text = isinstance(value, str) and _DECIMAL_TEXT.fullmatch(value.strip())
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_text or is_number):
        raise Unreadable("not_a_number")
    amount = Decimal(str(value).strip())
    if not -_ROUNDED_AMOUNT_BOUND < amount < _ROUNDED_AMOUNT_BOUND:
        raise Unreadable("out_of_range")
    return amount.quantize(_SMALLEST_AMOUNT, ROUND_HALF_UP) + 0  # adding 0 turns -0 into 0


def write_decimal(amount: Decimal) -> str:
    """The amount with at least one decimal, and no trailing zeros beyond it: `115.0`, `9.95`."""
    whole, _, decimals = f"{amount:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"


def _read_uid(value: Any, context: WireContext) -> str | None:
    if value == "":
        return None
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise Unreadable("invalid") from None


def _read_notes(value: Any, context: WireContext) -> dict[str, str] | None:
    if value in ("", [], {}):
        return None
    if not isinstance(value, Mapping):
        raise Unreadable("invalid")
    return {clean(name): _note_text(name, note, context) for name, note in value.items() if note is not None} or None


def _note_text(name: str, value: Any, context: WireContext) -> str:
    """The text that is stored: moments in one form, so that what is shown of them reads back as it was stored."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | Mapping):
        value = msgspec.json.encode(value).decode()
    text = clean(str(value) if isinstance(value, int | float) else value, LONGEST_TEXT)
    at = parse_moment(text, context.zone) if name.endswith("_at") else None
    return at.isoformat() if at else text


def _write_notes(context: WireContext) -> Callable[[Mapping[str, Any]], dict[str, Any] | None]:
    """Texts `true` and `false` become booleans; moments under names that end in `_at` are shown in the zone."""
    write_moment = moment_writer(context.zone)

    def write_note(name: str, value: Any) -> Any:
        at = parse_moment(value, context.zone) if name.endswith("_at") and isinstance(value, str) else None
        return write_moment(at) if at else {"true": True, "false": False}.get(str(value), value)

    def write(custom_data: Mapping[str, Any]) -> dict[str, Any] | None:
        return {name: write_note(name, value) for name, value in custom_data.items()} or None

    return write


flag = Codec(_read_flag)
"""A boolean, also as `true`, `1`, `t`, `on`, `yes` and their opposites; a blank text is None. Unreadable: invalid."""
moment = Codec(_read_moment, _write_moment)
"""An instant, as `kit.dates` reads and writes it; a blank text is None. Unreadable: invalid."""
moment_text = Codec(_read_moment_text, _write_moment_text)
"""An instant that is stored in JSON, as ISO 8601 in UTC; otherwise as `moment`."""
moment_or_word = Codec(_read_when)
"""An instant for queries: as `moment`, or `now`, or `today` for the start of the account's day."""
day = Codec(_read_day)
"""A date; a blank text is None. Unreadable: invalid."""
decimal = Codec(_read_decimal, lambda context: write_decimal)
"""An amount with up to 4 decimals, written as text; a blank text is None. Unreadable: not_a_number, out_of_range."""
identifier = number(1 - ID_BOUND, ID_BOUND - 1)
identifier_text = Codec(identifier.read, lambda context: str)
"""An id that the wire has as a string of digits."""
uuid = Codec(_read_uid)
"""A UUID in lower case; a blank text is None. Unreadable: invalid."""
custom_data = Codec(_read_notes, _write_notes)
"""Custom data: an object of texts, without its nulls; `""`, `[]` and `{}` are None. A list or an object in it is kept
as its JSON, a text. Unreadable: invalid, too_long."""
