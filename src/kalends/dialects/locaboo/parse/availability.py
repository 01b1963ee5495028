"""Parses requests for free times."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.nested import array_values
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.availability import AVAILABILITY, COMPARISONS
from kalends.dialects.locaboo.parse.reader import filled
from kalends.engine.availability.free_times import FreeTimesQuery
from kalends.engine.catalog.custom_field import Condition, CustomField, number
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import HOUR

_PREFIX = "free_text_field_"
_LONGEST_VALUE = 40
"""Characters of a value that a fault repeats."""


def parse_availability(params: Mapping[str, Any], ctx: Context, fields: Sequence[CustomField]) -> FreeTimesQuery:
    """The query for free times, of an hour unless `duration` is sent; `fields` are the account's custom fields.

    Raises Invalid(first, last: blank or invalid; resource_ids, from_minute, until_minute, length, limit: unreadable;
    free_text_field_...: blank, unequal, unknown, not_included, not_a_number).
    Source: the page's availability; vendors/locaboo.md, 5.3.
    """
    reader = Reader(ctx, filled(params))
    query: dict[str, Any] = {"length": HOUR} | reader.fields(AVAILABILITY)
    reader.add_blank_faults(*(name for name in ("first", "last") if query.get(name) is None))
    conditions = parse_conditions(params, fields, reader.faults)
    reader.done()
    return FreeTimesQuery(**query, conditions=conditions)


def parse_conditions(
    params: Mapping[str, Any], fields: Sequence[CustomField], faults: list[Fault]
) -> tuple[Condition, ...]:
    """The conditions on custom fields: three lists of the same length, of field ids, comparisons and values.

    Elements without a comparison or a value are ignored. The page names the lists with `_str` at the end and its sample
    without: both are read. Adds faults(list: blank, unequal; list with value: unknown, not_included, not_a_number).
    """
    ids, comparisons, values = (_comma_list(params, name) for name in ("ids", "conditions", "values"))
    if ids is None or not any(ids):
        return ()
    for name, elements in (("conditions", comparisons), ("values", values)):
        if elements is None or len(elements) != len(ids):
            faults.append(Fault(_PREFIX + name, "blank" if elements is None else "unequal"))
    if comparisons is None or values is None or not len(ids) == len(comparisons) == len(values):
        return ()
    fields_by_id = {str(field.id): field for field in fields}
    conditions = [
        _condition(fields_by_id.get(field_id), field_id, comparison, value, faults)
        for field_id, comparison, value in zip(ids, comparisons, values, strict=True)
    ]
    return tuple(condition for condition in conditions if condition is not None)


def _condition(
    field: CustomField | None, field_id: str, wire_comparison: str, value: str, faults: list[Fault]
) -> Condition | None:
    if field is None:
        faults.append(_element_fault("ids", field_id, "unknown"))
        return None
    if not wire_comparison or not value:
        return None
    comparison = COMPARISONS.get(wire_comparison)
    if comparison is None or (comparison != "eq" and field.kind != "numeric"):
        faults.append(_element_fault("conditions", wire_comparison, "not_included"))
        return None
    if field.kind == "numeric" and number(value) is None:
        faults.append(_element_fault("values", value, "not_a_number"))
        return None
    return Condition(field, comparison, value)


def _element_fault(name: str, element: str, reason: str) -> Fault:
    """A fault of one element of a list, which it repeats unless that is long or unprintable."""
    repeated = element.isprintable() and 0 < len(element) <= _LONGEST_VALUE
    return Fault(f"{_PREFIX}{name} {element}" if repeated else _PREFIX + name, reason)


def _comma_list(params: Mapping[str, Any], name: str) -> list[str] | None:
    sent = next((params[wire] for wire in (f"{_PREFIX}{name}_str", f"{_PREFIX}{name}") if wire in params), None)
    if sent is None:
        return None
    elements = sent.split(",") if isinstance(sent, str) else array_values(sent)
    return [str(element).strip() for element in elements]
