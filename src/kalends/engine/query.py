"""List queries: filters, order and pagination as plain values, and the page that answers them."""

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
    "has",
    "like",
    "matches_date",
    "is_null",
    "not_null",
]
"""A null field matches `is_null` and `not_equal` only. `in` takes a sequence; `has` asks a field of many values for
one. `contains` and `like` (with `%` for any characters) ignore case, by the rules of the database's locale; texts are
sorted and compared by code points. `matches_date` takes `YYYY-MM-DD`, with `*` for any digit."""


class Filter(msgspec.Struct, frozen=True):
    """A condition on one field. `value` has the field's type; `is_null` and `not_null` ignore it."""

    field: str
    operator: Operator
    value: Any = None


class Sort(msgspec.Struct, frozen=True):
    """Sort by one field. Nulls come last when ascending, first when descending."""

    field: str
    descending: bool = False


class OffsetPage(msgspec.Struct, frozen=True):
    """At most `limit` rows after the first `offset` rows."""

    limit: int
    offset: int = 0


class CursorPage(msgspec.Struct, frozen=True):
    """At most `limit` rows after the row that `after` identifies: its values in the sort fields, then its id.

    None is the first page. Rows added or removed between two requests do not shift the pages.
    """

    limit: int
    after: tuple[Any, ...] | None = None


PageRequest: TypeAlias = OffsetPage | CursorPage


class Query(msgspec.Struct, frozen=True):
    """Rows that match all filters, sorted by `order` and then by id.

    `count` says up to how many of all rows are counted; None is all of them, 0 none.
    """

    page: PageRequest
    filters: tuple[Filter, ...] = ()
    order: tuple[Sort, ...] = ()
    count: int | None = None


def numbered_page(number: int, size: int) -> OffsetPage:
    """The page with this number, counted from 1, of `size` rows."""
    return OffsetPage(size, (number - 1) * size)


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of rows, and the total number of rows on all pages, as far as they were counted."""

    rows: list[T]
    total: int
