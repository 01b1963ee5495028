"""Nested parameters in forms and query strings: `booking[title]=Tea`, `ids[]=1&ids[]=2`, `parts[48][]=49`.

    a=1            {"a": "1"}
    a[b]=1         {"a": {"b": "1"}}
    a[]=1&a[]=2    {"a": ["1", "2"]}
    a[][b]=1       {"a": [{"b": "1"}]}; a key that the last one has already begins another

A key whose brackets don't match is a plain one.
"""

import re
from collections.abc import Iterable
from typing import Any

from kalends.web.problems import Malformed

DEEPEST = 16
"""Levels of brackets."""

_LONGEST_NUMBER = 18
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_PART = re.compile(r"\[([^\[\]]*)\]")


def nest(pairs: Iterable[tuple[str, str]], *, gather: bool = False) -> dict[str, Any]:
    """The nested values of decoded pairs. A plain key that comes again replaces the value; to `gather` makes a list.

    Raises Malformed(form) when they contradict each other, as `a=1&a[b]=2` do, or nest deeper than DEEPEST.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        match = _KEY.fullmatch(name)
        parts = [match[1], *_PART.findall(match[2])] if match else [name]
        if len(parts) > DEEPEST:
            raise Malformed("form")
        _put(found, parts, value, gather)
    return found


def _put(into: dict[str, Any], parts: list[str], value: str, gather: bool) -> None:
    name, rest = parts[0], parts[1:]
    if not rest:
        into[name] = _again(into, name, value, gather)
    elif rest[0] == "":
        _append(_child(into, name, list), rest[1:], value, gather)
    else:
        _put(_child(into, name, dict), rest, value, gather)


def _again(into: dict[str, Any], name: str, value: str, gather: bool) -> Any:
    before = into.get(name)
    if isinstance(before, dict) or (isinstance(before, list) and not gather):
        raise Malformed("form")
    if before is None or not gather:
        return value
    return [*before, value] if isinstance(before, list) else [before, value]


def _append(many: list[Any], rest: list[str], value: str, gather: bool) -> None:
    if not rest:
        many.append(value)
        return
    if rest[0] == "":
        raise Malformed("form")
    last = many[-1] if many else None
    if not isinstance(last, dict) or (len(rest) == 1 and rest[0] in last):
        last = {}
        many.append(last)
    _put(last, rest, value, gather)


def _child(into: dict[str, Any], name: str, kind: type) -> Any:
    child = into.setdefault(name, kind())
    if kind is list and isinstance(child, str):  # `a=1&a[]=2`: the same list, once without its brackets
        child = into[name] = [child]
    if not isinstance(child, kind):
        raise Malformed("form")
    return child


def listed(value: Any) -> list[Any]:
    """The elements of what PHP calls an array: a list, or an object with numbers for keys, in the order of the numbers.

    One value alone is a list of one: `a=1`, `a[]=1`, `a[0]=1` and `a[7]=1` say the same. Nothing and "" are none.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and all(_is_number(name) for name in value):
        return [value[name] for name in sorted(value, key=int)]
    return [] if value is None or value == "" else [value]


def keyed(value: Any) -> dict[str, Any] | None:
    """The same array by its keys: an object, or a list of none, which is how PHP writes an empty array as JSON.

    None for what is no array with keys.
    """
    if isinstance(value, dict):
        return value
    return {} if value is None or value in ("", []) else None


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= _LONGEST_NUMBER
