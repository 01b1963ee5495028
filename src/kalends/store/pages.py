"""Pages of rows that a Query asks for."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from kalends.engine.query import Query
from kalends.store.db import Db
from kalends.store.query import Column, Compiled, compile_query
from kalends.store.rows import columns, fetch

T = TypeVar("T", bound=msgspec.Struct)


async def fetch_page(
    db: Db, kind: type[T], fields: Mapping[str, Column], query: Query, source: str, *fixed: Any
) -> tuple[list[T], int]:
    """One page of structs, and how many rows match in all.

    `source` is the statement from `from` on up to its conditions; the table of the structs is called `t` there, and
    its parameters are `fixed`.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    sql = compile_query(fields, query, fixed, "t.id")
    rows = await fetch(
        db,
        kind,
        f"select {columns(kind, 't')} {source} and {sql.where} and {sql.after} order by {sql.order} {sql.page}",
        *sql.values,
    )
    return rows, await count_rows(db, query, sql, source)


async def count_rows(db: Db, query: Query, sql: Compiled, source: str) -> int:
    """How many rows a compiled query has on all pages, up to `query.count`. `source` is as in `fetch_page`."""
    if query.count == 0:
        return 0
    values = [*sql.values[: sql.counted], query.count]
    statement = f"select count(*) from (select {source} and {sql.where} limit ${len(values)}::bigint) counted"
    total: int = await db.fetchval(statement, *values)
    return total
