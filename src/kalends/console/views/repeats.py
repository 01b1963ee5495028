"""How often something is planned again: fields of a form, and what they say."""

from collections.abc import Mapping

from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Group
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.notices.texts import Message

FIELDS = ("unit", "interval", "repeats")
UNITS = ("day", "week", "month")


def repeats_group(asked: Mapping[str, str]) -> Group:
    """The fields; `asked` are values to begin with."""
    units = (Choice("", "blocks.once"), *(Choice(unit, f"blocks.{unit}") for unit in UNITS))
    numbers = {"min": "1", "inputmode": "numeric"}
    return Group(
        "blocks.repeating",
        (
            Field("unit", "blocks.unit", kind="select", value=asked.get("unit", ""), choices=units, required=False),
            Field("interval", "blocks.interval", kind="number", value="1", required=False, attributes=numbers),
            Field("repeats", "blocks.repeats", kind="number", required=False, attributes=numbers),
        ),
        "blocks.repeats_hint",
        beside=True,
    )


def sent_rule(values: Values) -> RepeatRule | None:
    """The rule; None if it takes place once, or if the rule could not be read."""
    unit = values.choice("unit", {"": None, **{unit: unit for unit in UNITS}})
    interval, repeats = values.number("interval", 1), values.number("repeats")
    if unit is None or unit is UNSET:
        return None
    for name, number in (("interval", interval), ("repeats", repeats)):
        if number is None:
            values.faults[name] = Message("fault.blank")
        elif number is not UNSET and number < 1:
            values.faults[name] = Message("fault.not_positive")
    return None if values.faults else RepeatRule(unit, interval, repeats)
