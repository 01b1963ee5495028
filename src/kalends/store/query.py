"""Compile a Query into the conditions, order and parameters of an SQL statement.

A mapping names the fields that may be filtered and sorted by, each with its column, type and operators. The statement
is built from this mapping and the templates below only; values from the caller always become parameters. What a door
keeps in `details` is a text, or several, under the field `details.DOOR.NAME`, if the mapping has `details`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from kalends.engine.query import CursorPage, Filter, Operator, Query, Sort
from kalends.engine.refusals import Fault, Invalid

_CASTS: Mapping[type, str] = {
    int: "bigint",
    str: "text",
    bool: "boolean",
    Decimal: "numeric",
    date: "date",
    datetime: "timestamptz",
}
_TEMPLATES: Mapping[Operator, str] = {
    "equal": "{column} = {value}",
    "not_equal": "{column} is distinct from {value}",
    "less": "{column} < {value}",
    "at_most": "{column} <= {value}",
    "greater": "{column} > {value}",
    "at_least": "{column} >= {value}",
    "in": "{column} = any ({values})",
    "has": "{value} = any ({column})",
    "contains": "strpos(lower({plain}), lower({value})) > 0",
    "like": "{plain} ilike {value} escape '\\'",
    "matches_date": "to_char({column}, 'YYYY-MM-DD') like {text} escape '\\'",
    "is_null": "{column} is null",
    "not_null": "{column} is not null",
}
_NULL_TESTS: frozenset[Operator] = frozenset({"is_null", "not_null"})
_COMPARISONS: frozenset[Operator] = frozenset({"equal", "not_equal", "less", "at_most", "greater", "at_least", "in"})
_EQUALITY: frozenset[Operator] = frozenset({"equal", "not_equal"})
_OPERATORS: Mapping[type, frozenset[Operator]] = {
    int: _COMPARISONS | _NULL_TESTS,
    str: _COMPARISONS | _NULL_TESTS | {"contains", "like"},
    bool: _EQUALITY | _NULL_TESTS,
    Decimal: _COMPARISONS | _NULL_TESTS,
    date: _COMPARISONS | _NULL_TESTS | {"matches_date"},
    datetime: _COMPARISONS | _NULL_TESTS,
}
_DETAILS = "details"
_KEPT = re.compile(r"details\.(\w+)\.(\w+)")
_DATE_PATTERN = re.compile(r"[0-9*]{4}-[0-9*]{2}-[0-9*]{2}", re.ASCII)


class Column(msgspec.Struct, frozen=True):
    """A field that may be filtered and sorted by: the SQL of its column, its Python type, its operators.

    `operators` None allows all operators of the type. Texts compare by code points, whatever the database's collation.
    `many`: the column is an array of this type, which can only be asked whether it `has` an element.
    `indexed`: it is never null and has an index, in whose middle a page can begin.
    `among`: the condition of the operator `in`, with {0} for the values, where several columns count.
    """

    sql: str
    type: type
    operators: frozenset[Operator] | None = None
    many: bool = False
    indexed: bool = False
    among: str = ""

    @property
    def compared(self) -> str:
        """The SQL of the column for comparing and ordering."""
        return f'{self.sql} collate "C"' if self.type is str else self.sql

    def takes(self, operator: Operator) -> bool:
        """Return whether the field may be filtered with this operator."""
        if self.many:
            return operator == "has"
        return operator in (_OPERATORS[self.type] if self.operators is None else self.operators)


class Compiled(msgspec.Struct, frozen=True):
    """Parts of a statement, and the parameters that they refer to.

    `where` selects all rows of the query, `after` those behind the cursor; `page` is the limit and offset.
    """

    where: str
    after: str
    order: str
    page: str
    values: Sequence[Any]
    counted: int
    """How many of the values `where` refers to: a statement that counts all rows takes only these."""


def compile_query(columns: Mapping[str, Column], query: Query, fixed: Sequence[Any], key: str = "id") -> Compiled:
    """Compile a query for a statement whose first parameters are `fixed`.

    `key` is a unique column, added as the last sort column. Raises Invalid(field: unsupported, if it can't be filtered
    or sorted by, or not with this operator; field: invalid, for a value of another type; cursor: invalid, if it belongs
    to another order).
    """
    faults = [fault for condition in query.filters for fault in _filter_faults(columns, condition)]
    faults += [Fault(sort.field, "unsupported") for sort in query.order if not _is_sortable(columns, sort)]
    if faults:
        raise Invalid(*dict.fromkeys(faults))
    values = list(fixed)
    conditions = [_condition(_column(columns, condition, values), condition, values) for condition in query.filters]
    where = " and ".join(conditions) or "true"
    counted = len(values)
    order = [
        *((_column(columns, sort, values), sort) for sort in query.order),
        (Column(key, int, indexed=True), Sort(key)),
    ]
    after = _after(order, query.page, values) if isinstance(query.page, CursorPage) else "true"
    page = f"limit {_parameter(query.page.limit, int, values)}"
    if not isinstance(query.page, CursorPage):
        page += f" offset {_parameter(query.page.offset, int, values)}"
    ordered = ", ".join(f"{column.compared}{' desc' if sort.descending else ''}" for column, sort in order)
    return Compiled(where, after, ordered, page, values, counted)


def _is_sortable(columns: Mapping[str, Column], sort: Sort) -> bool:
    return _is_known(columns, sort) and not _column(columns, sort, []).many


def _is_known(columns: Mapping[str, Column], term: Filter | Sort) -> bool:
    is_kept = _DETAILS in columns and _KEPT.fullmatch(term.field) is not None
    return is_kept or (term.field in columns and term.field != _DETAILS)


def _column(columns: Mapping[str, Column], term: Filter | Sort, values: list[Any]) -> Column:
    """The column of a known field. The path of what is kept in `details` becomes a parameter."""
    kept = _KEPT.fullmatch(term.field)
    if kept is None:
        return columns[term.field]
    path = _parameter(list(kept.groups()), str, values, many=True)
    details = columns[_DETAILS].sql
    if isinstance(term, Filter) and term.operator == "has":
        elements = f"jsonb_path_query({details} #> {path}, 'lax $[*]')"
        return Column(f"array(select element #>> '{{}}' from {elements} as element)", str, many=True)
    return Column(f"({details} #>> {path})", str)


def _filter_faults(columns: Mapping[str, Column], condition: Filter) -> list[Fault]:
    column = _column(columns, condition, []) if _is_known(columns, condition) else None
    if column is None or not column.takes(condition.operator):
        return [Fault(condition.field, "unsupported")]
    value = condition.value
    match condition.operator:
        case "is_null" | "not_null":
            valid = True
        case "in":
            valid = isinstance(value, list | tuple) and all(_has_type(element, column.type) for element in value)
        case "matches_date":
            valid = isinstance(value, str) and _DATE_PATTERN.fullmatch(value) is not None
        case _:
            valid = _has_type(value, column.type)
    return [] if valid else [Fault(condition.field, "invalid")]


def _has_type(value: object, kind: type) -> bool:
    """Whether a value has exactly this type (a bool is no int, a datetime no date) and PostgreSQL can store it."""
    if type(value) is not kind:
        return False
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return "\0" not in value if isinstance(value, str) else True


def _condition(column: Column, condition: Filter, values: list[Any]) -> str:
    template = _TEMPLATES[condition.operator]
    value = condition.value
    if condition.operator == "in" and column.among:
        return column.among.format(_parameter(list(value), column.type, values, many=True))
    if condition.operator == "like":
        value = value.replace("\\", "\\\\").replace("_", "\\_")
    parts = {"column": column.compared, "plain": column.sql}
    if "{values}" in template:
        parts["values"] = _parameter(list(value), column.type, values, many=True)
    elif "{text}" in template:
        parts["text"] = _parameter(value.replace("*", "_"), str, values)
    elif "{value}" in template:
        parts["value"] = _parameter(value, column.type, values)
    return template.format(**parts)


def _after(order: Sequence[tuple[Column, Sort]], page: CursorPage, values: list[Any]) -> str:
    """The condition for rows behind the cursor: later in one sort column, and equal in the columns before it."""
    if page.after is None:
        return "true"
    fits_order = len(page.after) == len(order) and all(
        value is None or _has_type(value, column.type) for value, (column, _) in zip(page.after, order, strict=True)
    )
    if not fits_order or page.after[-1] is None:
        raise Invalid(Fault("cursor", "invalid"))
    equal_before, alternatives = "", list[str]()
    for value, (column, sort) in zip(page.after, order, strict=True):
        parameter, name = _parameter(value, column.type, values), column.compared
        if sort.descending:
            later = f"({name} < {parameter} or ({parameter} is null and {name} is not null))"
        else:
            later = f"({name} > {parameter} or ({parameter} is not null and {name} is null))"
        alternatives.append(f"{equal_before}{later}")
        equal_before += f"{name} is not distinct from {parameter} and "
    behind = f"({' or '.join(alternatives)})"
    (first, sort), value = order[0], page.after[0]
    if not first.indexed or value is None:
        return behind
    bound = "<=" if sort.descending else ">="
    return f"{first.compared} {bound} {_parameter(value, first.type, values)} and {behind}"


def _parameter(value: Any, kind: type, values: list[Any], *, many: bool = False) -> str:
    """Add a value to the parameters; returns its placeholder."""
    values.append(value)
    return f"${len(values)}::{_CASTS[kind]}{'[]' if many else ''}"
