"""What a list is asked for: which rows, in which order, and which page of them; and that page.

Plain values, without a database.
"""

from typing import Any, Generic, Literal, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")
Ids = tuple[int, ...] | None

Operator = Literal[
    "equal",
    "not_equal",
    "less",
    "at_most",
    "greater",
    "at_least",
    "in",
    "contains",
    "like",
    "matches_date",
    "is_null",
    "not_null",
]
"""`not_equal` also holds for null, all others but `is_null` never do. `in` takes a sequence. Of texts, `contains` and
`like` (with `%` for any characters) ignore case as far as the database's locale knows it; order and comparison are by
code points. `matches_date` takes the digits of `YYYY-MM-DD`, and `*` for any digit."""


class Filter(msgspec.Struct, frozen=True):
    """A condition on one field. `value` has the field's type; of `is_null` and `not_null` it counts for nothing."""

    field: str
    operator: Operator
    value: Any = None


class Sort(msgspec.Struct, frozen=True):
    """An order by one field. Nulls come last, or first when it is descending."""

    field: str
    descending: bool = False


class OffsetPage(msgspec.Struct, frozen=True):
    """So many rows after so many others."""

    limit: int
    offset: int = 0


class CursorPage(msgspec.Struct, frozen=True):
    """So many rows after one that was seen: the values that it had in the fields of the order, and then its id.

    None is the first page. Rows that are added or removed meanwhile shift nothing.
    """

    limit: int
    after: tuple[Any, ...] | None = None


PageRequest: TypeAlias = OffsetPage | CursorPage


class Query(msgspec.Struct, frozen=True):
    """All filters hold. Rows that are equal in the order follow that of their ids."""

    page: PageRequest
    filters: tuple[Filter, ...] = ()
    order: tuple[Sort, ...] = ()


def numbered_page(number: int, size: int) -> OffsetPage:
    """A page counted from 1."""
    return OffsetPage(size, (number - 1) * size)


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of rows, and how many there are in all."""

    rows: list[T]
    total: int
