"""Which free times are asked for."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.nested import listed
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.availability import AVAILABILITY, COMPARISONS
from kalends.dialects.locaboo.parse.reader import filled
from kalends.engine.availability.free_times import FreeTimesQuery
from kalends.engine.catalog.custom_field import Condition, CustomField, number
from kalends.engine.refusals import Fault

_NAME = "free_text_field_"
_LONGEST_NAME = 40
_HOUR = timedelta(hours=1)


def parse_availability(params: Mapping[str, Any], ctx: Context, fields: Sequence[CustomField]) -> FreeTimesQuery:
    """The question, whose conditions are on these fields of the account. Raises Invalid.

    An hour unless `duration` is sent. Source: the page's availability; vendors/locaboo.md, 5.3.
    """
    reader = Reader(ctx, filled(params))
    asked = {"length": _HOUR} | reader.fields(AVAILABILITY)
    reader.blank(*(name for name in ("first", "last") if asked.get(name) is None))
    conditions = parse_conditions(params, fields, reader.faults)
    reader.done()
    return FreeTimesQuery(**asked, conditions=conditions)


def parse_conditions(
    params: Mapping[str, Any], fields: Sequence[CustomField], faults: list[Fault]
) -> tuple[Condition, ...]:
    """The conditions: three lists of one length, in one order. Without a condition or a value there is none.

    The page names the lists with `_str` behind and its sample without: both are read.
    """
    ids, words, values = (_commas(params, name) for name in ("ids", "conditions", "values"))
    if ids is None or not any(ids):
        return ()
    for name, found in (("conditions", words), ("values", values)):
        if found is None or len(found) != len(ids):
            faults.append(Fault(_NAME + name, "blank" if found is None else "unequal"))
    if words is None or values is None or not len(ids) == len(words) == len(values):
        return ()
    known = {str(field.id): field for field in fields}
    asked = zip(ids, words, values, strict=True)
    every = [_condition(known.get(id_), id_, word, value, faults) for id_, word, value in asked]
    return tuple(condition for condition in every if condition is not None)


def _condition(field: CustomField | None, id_: str, word: str, value: str, faults: list[Fault]) -> Condition | None:
    if field is None:
        faults.append(_fault("ids", id_, "unknown"))
        return None
    if not word or not value:
        return None
    comparison = COMPARISONS.get(word)
    if comparison is None or (comparison != "eq" and field.kind != "numeric"):
        faults.append(_fault("conditions", word, "not_included"))
        return None
    if field.kind == "numeric" and number(value) is None:
        faults.append(_fault("values", value, "not_a_number"))
        return None
    return Condition(field, comparison, value)


def _fault(name: str, which: str, reason: str) -> Fault:
    """A fault of one of the values of a list, which is named unless it is long."""
    named = which.isprintable() and 0 < len(which) <= _LONGEST_NAME
    return Fault(f"{_NAME}{name} {which}" if named else _NAME + name, reason)


def _commas(params: Mapping[str, Any], name: str) -> list[str] | None:
    sent = next((params[wire] for wire in (f"{_NAME}{name}_str", f"{_NAME}{name}") if wire in params), None)
    if sent is None:
        return None
    each = sent.split(",") if isinstance(sent, str) else listed(sent)
    return [str(one).strip() for one in each]
