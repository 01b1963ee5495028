"""Pages of rows that a Query asks for."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from kalends.engine.query import Query
from kalends.store.db import Db
from kalends.store.query import Column, compile_query
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
    total = await db.fetchval(f"select count(*) {source} and {sql.where}", *sql.values[: sql.counted])
    return rows, total
