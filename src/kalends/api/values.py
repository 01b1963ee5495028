"""Reads single values of a body or a query: texts, numbers, dates, ids."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, TypeAlias

from msgspec import UNSET, inspect

from kalends.api.ids import read_id
from kalends.api.times import Unreadable, read_clock, read_moment
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR

Faults: TypeAlias = list[Fault]
Read: TypeAlias = Callable[[Any, str, Faults], Any]
"""Reads a value at a place; what it returns beside a new fault is not used."""
_INT64 = 2**63
_LONGEST_NUMBER = 40
_DIGITS = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def _leaf(convert: Callable[[Any], Any]) -> Read:
    """A reader of one value; `convert` raises Unreadable."""

    def read(value: Any, place: str, faults: Faults) -> Any:
        if value is None:
            faults.append(Fault(place, "blank"))
            return UNSET
        try:
            return convert(value)
        except Unreadable as unreadable:
            faults.append(Fault(place, unreadable.reason))
            return UNSET

    return read


def _text(info: Any, is_text: bool) -> Read:
    pattern = re.compile(info.pattern) if info.pattern else None

    def convert(value: Any) -> str:
        if not isinstance(value, str):
            raise Unreadable
        if info.min_length and len(value) < info.min_length:
            raise Unreadable("too_short" if value.strip() else "blank")
        if info.max_length is not None and len(value) > info.max_length:
            raise Unreadable("too_long")
        if pattern and not pattern.search(value):
            raise Unreadable
        return value

    return _leaf(convert)


def _whole_number(info: Any, is_text: bool) -> Read:
    least, most = -_INT64 if info.ge is None else info.ge, _INT64 - 1 if info.le is None else info.le

    def convert(value: Any) -> int:
        if is_text:
            value = int(value) if _DIGITS.fullmatch(value) else None
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unreadable("not_a_number")
        if not least <= value <= most:
            raise Unreadable("out_of_range")
        return value

    return _leaf(convert)


def _number(info: Any, is_text: bool) -> Read:
    def convert(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, str if is_text else int | float):
            raise Unreadable("not_a_number")
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise Unreadable("not_a_number") from None
        if not isfinite(number):
            raise Unreadable("not_a_number")
        if (info.ge is not None and number < info.ge) or (info.le is not None and number > info.le):
            raise Unreadable("out_of_range")
        return number

    return _leaf(convert)


def _decimal(info: Any, is_text: bool) -> Read:
    def convert(value: Any) -> Decimal:
        if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > _LONGEST_NUMBER:
            raise Unreadable("not_a_number")
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise Unreadable("not_a_number") from None
        if not number.is_finite():
            raise Unreadable("not_a_number")
        return number

    return _leaf(convert)


def _boolean(info: Any, is_text: bool) -> Read:
    def convert(value: Any) -> bool:
        boolean = _BOOLEANS.get(value) if is_text else value
        if not isinstance(boolean, bool):
            raise Unreadable
        return boolean

    return _leaf(convert)


def _literal(info: Any, is_text: bool) -> Read:
    def convert(value: Any) -> Any:
        if not isinstance(value, str | int) or value not in info.values:
            raise Unreadable("not_included")
        return value

    return _leaf(convert)


def _day(info: Any, is_text: bool) -> Read:
    def convert(value: Any) -> date:
        try:
            day = date.fromisoformat(value if isinstance(value, str) and _DAY.fullmatch(value) else "")
        except ValueError:
            raise Unreadable from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Unreadable("out_of_range")
        return day

    return _leaf(convert)


def _anything(info: Any, is_text: bool) -> Read:
    return lambda value, place, faults: value


def _id(kind: str) -> Read:
    def convert(value: Any) -> int:
        number = read_id(kind, value)
        if number is None:
            raise Unreadable("unknown")
        return number

    return _leaf(convert)


def _moment(_: object) -> Read:
    def read(value: Any, place: str, faults: Faults) -> Any:
        return _leaf(lambda text: read_moment(text, place))(value, place, faults)

    return read


MARKED: Mapping[str, Callable[[Any], Read]] = {"id": _id, "moment": _moment, "clock": lambda _: _leaf(read_clock)}
"""Readers by the names in `Meta(extra=...)`, for types whose form on the wire is another one."""
LEAVES: Mapping[type, Callable[[Any, bool], Read]] = {
    inspect.AnyType: _anything,
    inspect.BoolType: _boolean,
    inspect.DateType: _day,
    inspect.DecimalType: _decimal,
    inspect.FloatType: _number,
    inspect.IntType: _whole_number,
    inspect.LiteralType: _literal,
    inspect.StrType: _text,
}
