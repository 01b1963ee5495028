"""Nested parameters in forms and query strings: `booking[title]=Tea`, `ids[]=1&ids[]=2`, `parts[48][]=49`.

    a=1            {"a": "1"}
    a[b]=1         {"a": {"b": "1"}}
    a[]=1&a[]=2    {"a": ["1", "2"]}
    a[][b]=1       {"a": [{"b": "1"}]}; a key that the last object already has begins a new object

A key whose brackets don't match is a plain key.
"""

import re
from collections.abc import Iterable
from typing import Any

from kalends.web.problems import Malformed

DEEPEST = 16
"""Levels of brackets."""

_LONGEST_INDEX = 18
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_PART = re.compile(r"\[([^\[\]]*)\]")


def nest(pairs: Iterable[tuple[str, str]], *, gather: bool = False) -> dict[str, Any]:
    """The nested values of decoded pairs. A repeated plain key replaces its value, or with `gather` makes a list.

    Raises Malformed(form) if pairs contradict each other, such as `a=1&a[b]=2`, or nest deeper than DEEPEST.
    """
    nested: dict[str, Any] = {}
    for name, value in pairs:
        match = _KEY.fullmatch(name)
        parts = [match[1], *_PART.findall(match[2])] if match else [name]
        if len(parts) > DEEPEST:
            raise Malformed("form")
        _put(nested, parts, value, gather)
    return nested


def _put(into: dict[str, Any], parts: list[str], value: str, gather: bool) -> None:
    name, rest = parts[0], parts[1:]
    if not rest:
        into[name] = _repeated(into, name, value, gather)
    elif rest[0] == "":
        _append(_child(into, name, list), rest[1:], value, gather)
    else:
        _put(_child(into, name, dict), rest, value, gather)


def _repeated(into: dict[str, Any], name: str, value: str, gather: bool) -> Any:
    before = into.get(name)
    if isinstance(before, dict) or (isinstance(before, list) and not gather):
        raise Malformed("form")
    if before is None or not gather:
        return value
    return [*before, value] if isinstance(before, list) else [before, value]


def _append(items: list[Any], rest: list[str], value: str, gather: bool) -> None:
    if not rest:
        items.append(value)
        return
    if rest[0] == "":
        raise Malformed("form")
    last = items[-1] if items else None
    if not isinstance(last, dict) or (len(rest) == 1 and rest[0] in last):
        last = {}
        items.append(last)
    _put(last, rest, value, gather)


def _child(into: dict[str, Any], name: str, kind: type) -> Any:
    child = into.setdefault(name, kind())
    if kind is list and isinstance(child, str):  # `a=1&a[]=2`: the same list, once without its brackets
        child = into[name] = [child]
    if not isinstance(child, kind):
        raise Malformed("form")
    return child


def array_values(value: Any) -> list[Any]:
    """The values of a PHP array: of a list, or of an object with numbers as keys, in the order of the numbers.

    Any other value is a list of one, so `a=1`, `a[]=1`, `a[0]=1` and `a[7]=1` mean the same; None and "" are empty.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and all(_is_index(name) for name in value):
        return [value[name] for name in sorted(value, key=int)]
    return [] if value is None or value == "" else [value]


def keyed_array(value: Any) -> dict[str, Any] | None:
    """A PHP array with its keys: an object. PHP writes an empty one as `[]`; None and "" are empty too.

    None if the value is no array with keys.
    """
    if isinstance(value, dict):
        return value
    return {} if value is None or value in ("", []) else None


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= _LONGEST_INDEX
