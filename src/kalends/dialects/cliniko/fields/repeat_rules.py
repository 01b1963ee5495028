"""Rules by which appointments, blocks and openings repeat."""

from collections.abc import Mapping
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.engine.time.repeat_rule import RepeatRule, Unit

_UNITS: Mapping[str, Unit] = {"Daily": "day", "Weekly": "week", "Monthly": "month"}
_TYPES = {unit: name for name, unit in _UNITS.items()}
_MOST_INTERVAL = 99
_type = codecs.choice(*_UNITS)


def repeat_rule(most: int) -> Codec:
    """A rule with at most so many repeats; one without a type or a number of repeats is None.

    Unreadable: invalid, and as its parts.
    """
    number, interval = codecs.number(1, most), codecs.number(1, _MOST_INTERVAL)

    def read(value: Any, context: Any) -> RepeatRule | None:
        if value == "":
            return None
        if not isinstance(value, dict):
            raise Unreadable("invalid")
        sent = {name: part for name, part in value.items() if part is not None}
        unit = _type.read(sent.get("repeat_type", ""), context)
        repeats = number.read(sent.get("number_of_repeats", ""), context)
        every = interval.read(sent.get("repeating_interval", ""), context)
        return RepeatRule(_UNITS[unit], every or 1, repeats) if unit and repeats else None

    return Codec(read, lambda context: render_rule)


def render_rule(rule: RepeatRule) -> dict[str, Any]:
    """The rule on the wire."""
    return {
        "number_of_repeats": rule.repeats,
        "repeat_type": _TYPES[rule.unit],
        "repeating_interval": rule.interval,
    }
