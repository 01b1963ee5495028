"""Codecs: how one value is read from a request and written into a response, in pairs.

`read(value, context)` turns what JSON or a form sent into the engine's value, or raises Unreadable with a reason code.
`writer(context)` is called once per response and returns the function that writes each value; a codec whose writer is
None writes values unchanged. Writers never get None. Readers get None only if `takes_null`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from kalends.dialects.kit.dates import moment_writer, parse_day, parse_moment
from kalends.dialects.kit.nested import listed
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT
from kalends.engine.time.clock import day_span
from kalends.web.auth import ID_BOUND

TRUE = frozenset(("true", "1", "t", "on", "yes"))
FALSE = frozenset(("false", "0", "f", "off", "no"))
STRING, TEXT = LONGEST_LINE, LONGEST_TEXT
"""Characters; strings stand in indexes, whose rows are bounded."""
_INT64 = 2**63
_MONEY = Decimal("0.0001")
_MOST_MONEY = 10**10 - _MONEY / 2  # it would be rounded up
_WHOLE = re.compile(r"[+-]?\d{1,30}(?:\.0+)?", re.ASCII)
_AMOUNT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)


class Unreadable(ValueError):
    """A value that can't be read; `reason` is a reason code as in engine.refusals.Fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WireContext(msgspec.Struct, frozen=True):
    """In which zone and at which moment things are read and written."""

    zone: ZoneInfo
    now: datetime


Read: TypeAlias = Callable[[Any, Any], Any]
Writer: TypeAlias = Callable[[Any], Callable[[Any], Any]]


class Codec(msgspec.Struct, frozen=True):
    """A pair. The context may be a richer one of the dialect's own.

    `takes_null`: None is for `read` to judge. `blank_is_null`: the engine's "" is written as null.
    """

    read: Read
    writer: Writer | None = None
    takes_null: bool = False
    blank_is_null: bool = False


def text(most: int = STRING, *, null: str | None = None) -> Codec:
    """A text of at most so many characters. With `null=""` the engine keeps "" for what the wire calls null."""

    def read(value: Any, wire_context: WireContext) -> str | None:
        if value is None:
            return null
        found = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        return clean(found, most)

    return Codec(read, takes_null=True, blank_is_null=null is not None)


def key(most: int = STRING) -> Codec:
    """A text to find things by; a blank one is none."""
    plain = text(most)
    return Codec(lambda value, wire_context: plain.read(value, wire_context) or None)


def choice(*names: str) -> Codec:
    """One of these texts."""

    def read(value: Any, wire_context: WireContext) -> str | None:
        if value == "":
            return None
        if not isinstance(value, str) or value not in names:
            raise Unreadable("not_included")
        return value

    return Codec(read)


def number(least: int = -_INT64, most: int = _INT64 - 1) -> Codec:
    """A whole number, also as text; a blank one is none."""

    def read(value: Any, wire_context: WireContext) -> int | None:
        if value == "":
            return None
        whole = _whole(value)
        if not -_INT64 <= whole < _INT64:
            raise Unreadable("invalid")
        if not least <= whole <= most:
            raise Unreadable("not_positive" if whole < 1 <= least else "out_of_range")
        return whole

    return Codec(read)


def many(one: Codec, *, comma: bool = False) -> Codec:
    """One or many, also by number as `ids[0]`, as a tuple; blank ones do not count, and none at all is None."""

    def read(value: Any, wire_context: Any) -> tuple[Any, ...] | None:
        values = value.split(",") if comma and isinstance(value, str) else listed(value)
        found = [one.read(each, wire_context) for each in values if each is not None]
        return tuple(each for each in found if each is not None) or None

    return Codec(read)


def write_only(write: Callable[[Any], Any]) -> Codec:
    """What is only written, in the same way whatever the context."""
    return Codec(lambda value, wire_context: value, lambda wire_context: write)


def clean(value: Any, most: int = STRING) -> str:
    """The text, if it is one that can be kept. Raises Unreadable(invalid or too_long)."""
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Unreadable("invalid")
    if len(value) > most:
        raise Unreadable("too_long")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0])
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable("not_a_number")
    return value


def _read_flag(value: Any, wire_context: WireContext) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else "?"
    if word in TRUE or word in FALSE:
        return word in TRUE
    if word == "":
        return None
    raise Unreadable("invalid")


def _read_moment(value: Any, wire_context: WireContext) -> datetime | None:
    if value == "":
        return None
    moment = parse_moment(value, wire_context.zone) if isinstance(value, str) else None
    if moment is None:
        raise Unreadable("invalid")
    return moment


def _read_moment_text(value: Any, wire_context: WireContext) -> str | None:
    moment = _read_moment(value, wire_context)
    return moment.isoformat() if moment else None


def _moment_text_writer(wire_context: WireContext) -> Callable[[str], Any]:
    write = moment_writer(wire_context.zone)
    return lambda kept: write(parse_moment(kept, wire_context.zone) or wire_context.now)


def _read_when(value: Any, wire_context: WireContext) -> datetime | None:
    if value == "now":
        return wire_context.now
    if value == "today":
        return day_span(wire_context.now.astimezone(wire_context.zone).date(), wire_context.zone).start
    return _read_moment(value, wire_context)


def _read_day(value: Any, wire_context: WireContext) -> date | None:
    if value == "":
        return None
    day = parse_day(value) if isinstance(value, str) else None
    if day is None:
        raise Unreadable("invalid")
    return day


def _read_decimal(value: Any, wire_context: WireContext) -> Decimal | None:
    if value == "":
        return None
    is_text = isinstance(value, str) and _AMOUNT.fullmatch(value.strip())
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_text or is_number):
        raise Unreadable("not_a_number")
    amount = Decimal(str(value).strip())
    if not -_MOST_MONEY < amount < _MOST_MONEY:
        raise Unreadable("out_of_range")
    return amount.quantize(_MONEY, ROUND_HALF_UP) + 0  # which makes -0 the 0 that it is


def write_decimal(amount: Decimal) -> str:
    """At least one decimal, and no more than it needs: `115.0`, `9.95`."""
    whole, _, rest = f"{amount:f}".partition(".")
    return f"{whole}.{rest.rstrip('0') or '0'}"


def _read_uid(value: Any, wire_context: WireContext) -> str | None:
    if value == "":
        return None
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise Unreadable("invalid") from None


def _read_notes(value: Any, wire_context: WireContext) -> dict[str, str] | None:
    """Keys and values of custom data, all as strings; nothing at all, `{}` and `[]` are none."""
    if value in ("", [], {}):
        return None
    if not isinstance(value, Mapping):
        raise Unreadable("invalid")
    return {clean(name): _as_string(each) for name, each in value.items() if each is not None} or None


def _as_string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(str(value) if isinstance(value, int | float) else value, TEXT)


def _notes_writer(wire_context: WireContext) -> Callable[[Mapping[str, Any]], dict[str, Any] | None]:
    moment = moment_writer(wire_context.zone)

    def write(notes: Mapping[str, Any]) -> dict[str, Any] | None:
        return dict(_shown(notes.items())) or None

    def _shown(pairs: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
        for name, value in pairs:
            at = parse_moment(value, wire_context.zone) if name.endswith("_at") and isinstance(value, str) else None
            yield name, moment(at) if at else {"true": True, "false": False}.get(str(value), value)

    return write


flag = Codec(_read_flag)
moment = Codec(_read_moment, lambda wire_context: moment_writer(wire_context.zone))
moment_text = Codec(_read_moment_text, _moment_text_writer)
"""A moment that is kept as JSON."""
when = Codec(_read_when)
"""A moment, `now` or `today`."""
day = Codec(_read_day)
decimal = Codec(_read_decimal, lambda wire_context: write_decimal)
identifier = number(1 - ID_BOUND, ID_BOUND - 1)
identifier_text = Codec(identifier.read, lambda wire_context: str)
"""An id that the wire has as a string of digits."""
uid = Codec(_read_uid)
notes = Codec(_read_notes, _notes_writer)
