"""Structs as rows: written and read with their columns named."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import msgspec
import pytest

from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.service import Service
from kalends.store.db import Connection
from kalends.store.rows import TABLES, columns, fetch_one, insert, update
from tests.world import World, open_clinic

_SERVICE = f"select {columns(Service)} from service where account_id = $1 and id = $2"


@pytest.fixture
async def newer(db: asyncpg.Pool) -> AsyncIterator[Connection]:
    """A connection on which services have a column that this version does not know; it is gone afterwards."""
    async with db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("alter table service add column a_newer_one text not null default 'kept'")
        yield connection
        await transaction.rollback()


async def test_a_column_of_a_newer_version_is_neither_read_nor_written(clinic: World, newer: Connection) -> None:
    massage = await fetch_one(newer, Service, _SERVICE, clinic.account.id, clinic.massage)
    assert massage is not None
    spa = msgspec.structs.replace(massage, id=massage.id + 10**6, title="Spa", details={"one": {"x": [1, None]}})
    await insert(newer, spa)
    await newer.execute("update service set a_newer_one = 'theirs' where id = $1", spa.id)
    await update(newer, msgspec.structs.replace(spa, title="Sauna"))
    found = await fetch_one(newer, Service, _SERVICE, spa.account_id, spa.id)
    assert found == msgspec.structs.replace(spa, title="Sauna")
    assert await newer.fetchval("select a_newer_one from service where id = $1", spa.id) == "theirs"


async def test_every_column_is_there_under_its_name(db: asyncpg.Pool) -> None:
    for kind, table in TABLES.items():
        assert await db.fetch(f"select {columns(kind)} from {table} limit 0") == []


async def test_what_is_replaced_is_one_accounts(clinic: World) -> None:
    other = await open_clinic(clinic.db)
    field = CustomField(clinic.account.id, 10**9 + clinic.account.id, "Seats", "select", ("A", "B"))
    await insert(clinic.db, field)
    await update(clinic.db, msgspec.structs.replace(field, account_id=other.account.id, title="Theirs"))
    statement = f"select {columns(CustomField)} from custom_field where id = $1"
    assert await fetch_one(clinic.db, CustomField, statement, field.id) == field


async def test_the_first_and_the_last_of_all_dates_are_dates(db: asyncpg.Pool) -> None:
    ends = [date.min, date.max]
    assert await db.fetchval("select $1::date[]", ends) == ends
    assert await db.fetchval("select to_json($1::date[])::text", ends) == '["0001-01-01","9999-12-31"]'
    assert await db.fetchval("select array['-infinity', 'infinity']::date[]") == ends
