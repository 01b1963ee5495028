"""Reads services that are attended: those whose seats are booked in group sessions."""

from collections.abc import Mapping
from datetime import datetime

from kalends.engine.catalog.service import Service
from kalends.engine.query import Query
from kalends.store.db import Db
from kalends.store.query import Column, compile_query
from kalends.store.rows import columns, reader

_COLUMNS: Mapping[str, Column] = {
    "id": Column("s.id", int),
    "title": Column("s.title", str),
    "valid_from": Column("coalesce(s.valid_from, '-infinity')", datetime),
    "valid_until": Column("coalesce(s.valid_until, 'infinity')", datetime),
    "active": Column("s.archived_at is null", bool),
    "created_at": Column("s.created_at", datetime),
    "updated_at": Column("s.updated_at", datetime),
}
"""Fields by which attended services are filtered and sorted."""
_FROM = """
    from service s where s.account_id = $1 and s.kind = 'attendance' and ($2::bigint is null or exists (
        select from item i where i.account_id = $1 and i.customer_id = $2 and i.service_id = s.id
            and i.kind = 'seat' and i.state <> 'deleted'))"""


async def list_attended(
    db: Db, account_id: int, query: Query, of_customer_id: int | None = None
) -> tuple[list[Service], int]:
    """A page of the services of kind attendance, active or not, and the number of all.

    `of_customer_id`: of which this customer has a seat. Fields of the query: id, title, valid_from and valid_until (no
    bound counts as infinite), active, created_at, updated_at. Raises Invalid(FIELD: unsupported, invalid).
    """
    compiled = compile_query(_COLUMNS, query, (account_id, of_customer_id), "s.id")
    rows = await db.fetch(
        f"select {columns(Service, 's')} {_FROM} and {compiled.where} order by {compiled.order} {compiled.page}",
        *compiled.values,
    )
    total = await db.fetchval(f"select count(*) {_FROM} and {compiled.where}", *compiled.values[: compiled.counted])
    return list(map(reader(Service), rows)), total
