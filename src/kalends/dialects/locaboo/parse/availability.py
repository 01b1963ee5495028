"""Parses requests for free times."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.availability import AVAILABILITY, COMPARISONS
from kalends.dialects.locaboo.fields.json_text import array_values
from kalends.dialects.locaboo.parse.reader import filled
from kalends.engine.availability.free_times import FreeTimesQuery
from kalends.engine.catalog.custom_field import Condition, CustomField, number
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import HOUR

_PREFIX = "free_text_field_"
_LONGEST_VALUE = 40
"""Characters of a value that a fault repeats."""


class CommaList(msgspec.Struct, frozen=True):
    """A list of the conditions on custom fields, by the name of its parameter; elements may be ""."""

    name: str
    elements: tuple[str, ...]
    is_sent: bool

    def fault(self, at: int, reason: str) -> Fault:
        """A fault of one element, which it repeats unless that is long or unprintable."""
        element = self.elements[at]
        repeated = element.isprintable() and 0 < len(element) <= _LONGEST_VALUE
        return Fault(f"{self.name} {element}" if repeated else self.name, reason)


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

    Without a comparison a field equals the value, and without a value it is not asked for. The page names the lists
    with `_str` at the end and its sample without: both are read, and faults name those that were sent. Adds
    faults(list: blank, unequal; list with value: unknown, not_included, not_a_number).
    """
    ids, comparisons, values = _read_list(params, "ids"), _read_list(params, "conditions"), _read_list(params, "values")
    if not any(ids.elements):
        return ()
    wrong = [array for array in (comparisons, values) if len(array.elements) != len(ids.elements)]
    faults += [Fault(array.name, "unequal" if array.is_sent else "blank") for array in wrong]
    if wrong:
        return ()
    fields_by_id = {str(field.id): field for field in fields}
    conditions = [
        _condition(fields_by_id.get(field_id), at, (ids, comparisons, values), faults)
        for at, field_id in enumerate(ids.elements)
    ]
    return tuple(condition for condition in conditions if condition is not None)


def _condition(
    field: CustomField | None, at: int, lists: tuple[CommaList, CommaList, CommaList], faults: list[Fault]
) -> Condition | None:
    """The condition of the elements at this place of the lists of ids, comparisons and values."""
    ids, comparisons, values = lists
    if field is None:
        faults.append(ids.fault(at, "unknown"))
        return None
    if not values.elements[at]:
        return None
    comparison = COMPARISONS.get(comparisons.elements[at] or "et")
    if comparison is None or (comparison != "eq" and field.kind != "numeric"):
        faults.append(comparisons.fault(at, "not_included"))
        return None
    if field.kind == "numeric" and number(values.elements[at]) is None:
        faults.append(values.fault(at, "not_a_number"))
        return None
    return Condition(field, comparison, values.elements[at])


def _read_list(params: Mapping[str, Any], name: str) -> CommaList:
    """The list by the name that was sent; one that was not sent has the name that goes with the ids."""
    names = [f"{_PREFIX}{name}{suffix}" for suffix in ("_str", "")]
    missing = names[0] if f"{_PREFIX}ids_str" in params else names[1]
    wire = next((wire for wire in names if wire in params), missing)
    sent = params.get(wire)
    elements = sent.split(",") if isinstance(sent, str) else array_values(sent)
    return CommaList(wire, tuple(str(element).strip() for element in elements), wire in params)
