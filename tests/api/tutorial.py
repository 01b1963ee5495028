"""The tutorial `docs/api.md`: its blocks of code, and how an answer that it shows is compared with the real one."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"[a-z]+_\d+")
_FRACTION = re.compile(r"(?<=\d\d:\d\d:\d\d)\.\d+(?=[+-]\d\d:\d\d)")


class Step(msgspec.Struct, frozen=True):
    """Lines for a shell, and what the page shows of their output; "" for nothing."""

    lines: str
    shown: str


def blocks(language: str) -> list[str]:
    """The blocks of code in a language."""
    return [text for kind, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")) if kind == language]


def steps() -> list[Step]:
    """The blocks for a shell, each with the answer that follows it."""
    found = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    following = [*found[1:], ("", "")]
    return [
        Step(text, answer if answer_kind in ("json", "text") else "")
        for (kind, text), (answer_kind, answer) in zip(found, following, strict=True)
        if kind == "sh"
    ]


def differences(shown: Any, real: Any, place: str = "") -> list[str]:
    """Where an answer is not as it is shown. Only what is shown is compared; an id stands for any of its kind, and
    moments are shown without fractions of seconds."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return [
            found
            for name, value in shown.items()
            for found in (
                differences(value, real[name], f"{place}/{name}") if name in real else [f"{place}/{name}: missing"]
            )
        ]
    if isinstance(shown, list) and isinstance(real, list):
        return _differences_of_lists(shown, real, place)
    if isinstance(shown, str) and isinstance(real, str) and _pattern(shown) == _pattern(real):
        return []
    return [] if shown == real else [f"{place}: {shown!r} is shown, {real!r} is answered"]


def _differences_of_lists(shown: Sequence[Any], real: Sequence[Any], place: str) -> list[str]:
    if len(shown) > len(real):
        return [f"{place}: {len(shown)} are shown, {len(real)} are answered"]
    pairs = zip(shown, real, strict=False)
    return [found for number, pair in enumerate(pairs) for found in differences(*pair, f"{place}/{number}")]


def _pattern(text: str) -> str:
    """The text, in which ids of a kind are alike."""
    return _FRACTION.sub("", _ID.sub(lambda match: f"{match[0].rpartition('_')[0]}_N", text))
