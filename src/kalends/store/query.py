"""Compiles a Query into the conditions, order and parameters of a statement.

A table names the fields that may be asked for, each with its column, type and operators. The text of a statement is put
together from this table and from the templates below; what a caller sends only ever becomes a parameter.
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
    "contains": "strpos(lower({plain}), lower({value})) > 0",
    "like": "{plain} ilike {value} escape '\\'",
    "matches_date": "to_char({column}, 'YYYY-MM-DD') like {text} escape '\\'",
    "is_null": "{column} is null",
    "not_null": "{column} is not null",
}
_NULLS: frozenset[Operator] = frozenset({"is_null", "not_null"})
_COMPARED: frozenset[Operator] = frozenset({"equal", "not_equal", "less", "at_most", "greater", "at_least", "in"})
_EQUALITY: frozenset[Operator] = frozenset({"equal", "not_equal"})
_OPERATORS: Mapping[type, frozenset[Operator]] = {
    int: _COMPARED | _NULLS,
    str: _COMPARED | _NULLS | {"contains", "like"},
    bool: _EQUALITY | _NULLS,
    Decimal: _COMPARED | _NULLS,
    date: _COMPARED | _NULLS | {"matches_date"},
    datetime: _COMPARED | _NULLS,
}
_DATE_PATTERN = re.compile(r"[0-9*]{4}-[0-9*]{2}-[0-9*]{2}", re.ASCII)


class Column(msgspec.Struct, frozen=True):
    """A field that may be asked for: the SQL of its column, its Python type, and which operators it takes.

    `operators` None are all that the type has. A text is compared by code points, whatever the database's collation.
    """

    sql: str
    type: type
    operators: frozenset[Operator] | None = None

    @property
    def compared(self) -> str:
        """The column as it is compared and ordered."""
        return f'{self.sql} collate "C"' if self.type is str else self.sql

    def takes(self, operator: Operator) -> bool:
        """Whether the field may be asked for with this operator."""
        return operator in (_OPERATORS[self.type] if self.operators is None else self.operators)


class Compiled(msgspec.Struct, frozen=True):
    """Parts of a statement, and the parameters they refer to. `where` is of all rows, `after` of a cursor's page."""

    where: str
    after: str
    order: str
    page: str
    values: Sequence[Any]
    counted: int
    """How many of the values `where` refers to; a count takes only these."""


def compile_query(columns: Mapping[str, Column], query: Query, fixed: Sequence[Any], key: str = "id") -> Compiled:
    """The parts of a statement whose first parameters are `fixed`. `key` is the unique column that ends the order.

    Raises Invalid (a field that can't be filtered or sorted by, or not with this operator: `unsupported`; a value of
    another type, a cursor of another order: `invalid`).
    """
    faults = [fault for asked in query.filters for fault in _filter_faults(columns, asked)]
    faults += [Fault(sort.field, "unsupported") for sort in query.order if sort.field not in columns]
    if faults:
        raise Invalid(*dict.fromkeys(faults))
    values = list(fixed)
    where = " and ".join(_condition(columns[asked.field], asked, values) for asked in query.filters) or "true"
    counted = len(values)
    order = [*((columns[sort.field], sort) for sort in query.order), (Column(key, int), Sort(key))]
    after = _after(order, query.page, values) if isinstance(query.page, CursorPage) else "true"
    page = f"limit {_parameter(query.page.limit, int, values)}"
    if not isinstance(query.page, CursorPage):
        page += f" offset {_parameter(query.page.offset, int, values)}"
    ordered = ", ".join(f"{column.compared}{' desc' if sort.descending else ''}" for column, sort in order)
    return Compiled(where, after, ordered, page, values, counted)


def _filter_faults(columns: Mapping[str, Column], asked: Filter) -> list[Fault]:
    column = columns.get(asked.field)
    if column is None or not column.takes(asked.operator):
        return [Fault(asked.field, "unsupported")]
    match asked.operator:
        case "is_null" | "not_null":
            good = True
        case "in":
            good = isinstance(asked.value, list | tuple) and all(_is(each, column.type) for each in asked.value)
        case "matches_date":
            good = isinstance(asked.value, str) and _DATE_PATTERN.fullmatch(asked.value) is not None
        case _:
            good = _is(asked.value, column.type)
    return [] if good else [Fault(asked.field, "invalid")]


def _is(value: object, kind: type) -> bool:
    """Whether a value is of exactly this type: a bool is no int, a datetime no date; and PostgreSQL can take it."""
    if type(value) is not kind:
        return False
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return "\0" not in value if isinstance(value, str) else True


def _condition(column: Column, asked: Filter, values: list[Any]) -> str:
    template = _TEMPLATES[asked.operator]
    value = asked.value
    if asked.operator == "like":
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
    """The condition of rows that follow the one with these values: later in one field, and equal in those before it."""
    if page.after is None:
        return "true"
    typed = len(page.after) == len(order) and all(
        value is None or _is(value, column.type) for value, (column, _) in zip(page.after, order, strict=True)
    )
    if not typed or page.after[-1] is None:
        raise Invalid(Fault("cursor", "invalid"))
    equal, alternatives = "", []
    for value, (column, sort) in zip(page.after, order, strict=True):
        at, name = _parameter(value, column.type, values), column.compared
        if sort.descending:
            later = f"({name} < {at} or ({at} is null and {name} is not null))"
        else:
            later = f"({name} > {at} or ({at} is not null and {name} is null))"
        alternatives.append(f"{equal}{later}")
        equal += f"{name} is not distinct from {at} and "
    return f"({' or '.join(alternatives)})"


def _parameter(value: Any, kind: type, values: list[Any], *, many: bool = False) -> str:
    values.append(value)
    return f"${len(values)}::{_CASTS[kind]}{'[]' if many else ''}"
