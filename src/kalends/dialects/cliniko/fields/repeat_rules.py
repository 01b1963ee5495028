"""Rules by which appointments, blocks and openings repeat."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.engine.time.repeat_rule import RepeatRule, Unit

UNITS: Mapping[str, Unit] = {"Daily": "day", "Weekly": "week", "Monthly": "month"}
_TYPES = {unit: repeat_type for repeat_type, unit in UNITS.items()}
_MOST_INTERVAL = 100
_type = codecs.choice(*UNITS)


class Rule(msgspec.Struct, frozen=True):
    """A repeat rule as it is sent, kept and shown."""

    number_of_repeats: int
    repeat_type: str
    repeating_interval: int

    @property
    def meaning(self) -> RepeatRule:
        """The engine's rule."""
        return RepeatRule(UNITS[self.repeat_type], self.repeating_interval, self.number_of_repeats)


def kept_rule(most: int) -> Codec:
    """A rule with at most so many repeats, as details keep it; None if all of its fields are null.

    Unreadable: invalid, and as its fields.
    """

    def read(value: Any, context: Any) -> dict[str, Any] | None:
        rule = _read(value, most, context)
        return None if rule is None else msgspec.structs.asdict(rule)

    return Codec(read)


def repeat_rule(most: int) -> Codec:
    """As `kept_rule`, but the engine's rule."""

    def read(value: Any, context: Any) -> RepeatRule | None:
        rule = _read(value, most, context)
        return None if rule is None else rule.meaning

    return Codec(read, lambda context: _shown)


def _shown(rule: RepeatRule) -> Rule:
    return Rule(rule.repeats, _TYPES[rule.unit], rule.interval)


def _read(value: Any, most: int, context: Any) -> Rule | None:
    if value == "":
        return None
    if not isinstance(value, Mapping):
        raise Unreadable("invalid")
    if all(value.get(name) is None for name in Rule.__struct_fields__):
        return None
    repeat_type = _type.read(value.get("repeat_type") or "", context)
    if repeat_type is None:
        raise Unreadable("invalid")
    return Rule(
        _count(value.get("number_of_repeats"), most, context),
        repeat_type,
        _count(value.get("repeating_interval"), _MOST_INTERVAL, context),
    )


def _count(value: Any, most: int, context: Any) -> int:
    number = None if value is None else codecs.number(1, most).read(value, context)
    if number is None:
        raise Unreadable("invalid")
    return int(number)
