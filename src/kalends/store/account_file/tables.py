"""The tables that have rows of accounts, as the database itself lists them, and what of their rows goes into a file."""

from collections.abc import Mapping
from graphlib import TopologicalSorter

import msgspec

from kalends.store.backup import POSITION_OF_MARK, POSITION_OF_WEBHOOK
from kalends.store.db import Db

ACCOUNT = "account"
LONGEST = 6 * 60 * 60.0
"""Seconds that one statement on all rows of a table may take."""


class Table(msgspec.Struct, frozen=True):
    """A table; `columns` are those that are not computed from others."""

    name: str
    columns: tuple[str, ...]

    @property
    def owner(self) -> str:
        """The column with the account's id."""
        return "id" if self.name == ACCOUNT else "account_id"


REWRITTEN: Mapping[str, Mapping[str, str]] = {
    "account": {"journal_pruned_xid": "null"},
    "journal": {"xid": "'3'"},
    "sync_mark": {"position_xid": "'3'", "position_id": f"({POSITION_OF_MARK})"},
    "webhook": {"position": f"({POSITION_OF_WEBHOOK})"},
    "webhook_delivery": {"position": "regexp_replace(position, '.*-', '3-')"},
}
"""Columns with transaction ids, which mean nothing on another server: what they are in a file (decision 17)."""

_TABLES = """
    select c.relname, array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '') as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    group by c.oid having c.relname = 'account' or bool_or(a.attname = 'account_id')
    """
_REFERENCES = """
    select distinct conrelid::regclass::text, confrelid::regclass::text from pg_constraint
    where contype = 'f' and conrelid <> confrelid
    """


async def list_tables(db: Db) -> list[Table]:
    """List the tables with rows of accounts, each behind those that it refers to."""
    tables = {row[0]: Table(row[0], tuple(row[1])) for row in await db.fetch(_TABLES)}
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(sorted(tables), ()))
    for name, referred in await db.fetch(_REFERENCES):
        if name in tables and referred in tables:
            order.add(name, referred)
    return [tables[name] for name in order.static_order()]
