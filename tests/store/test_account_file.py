"""An account as a file: it comes to another server as it was, whole or not at all, and can be deleted."""

import zipfile
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.billing.issue import issue_invoice
from kalends.actions.catalog.prices import set_prices
from kalends.actions.customers.change import change_customer
from kalends.engine.billing.selection import InvoiceSelection
from kalends.engine.catalog.price import Price
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Unauthenticated
from kalends.store.account_file.delete import delete_account
from kalends.store.account_file.read import read_account
from kalends.store.account_file.tables import Table, list_tables
from kalends.store.account_file.write import read_manifest, write_account
from kalends.store.backup import BackupFailed
from kalends.store.db import Db, connection, open_pool, transaction
from kalends.store.installation import load_opaque_id_secret, replace_opaque_id_secret
from kalends.store.laws import find_breaches
from tests.acts import put_in_order
from tests.desk import SOON, hour_of, made, seat, visit
from tests.world import NOW, World, open_clinic

NOT_AS_IT_WAS = ("xid", "position", "position_xid", "position_id")
"""Columns with transaction ids of the server."""


@pytest.fixture
async def elsewhere(own_database: str) -> AsyncIterator[asyncpg.Pool]:
    """Another server, on which there is nothing yet."""
    pool = await open_pool(own_database, 1, 2)
    await replace_opaque_id_secret(pool, b"of the other server")
    yield pool
    await pool.close()


@pytest.fixture
async def busy(clinic: World) -> World:
    """The clinic with a massage, an invoice for an hour of the hall, and a class."""
    await made(clinic, visit(clinic))
    await put_in_order(clinic.ctx())
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(street="Veien 1", postcode="0155", city="Oslo"))
    await set_prices(clinic.ctx(), [Price(per="hour", amount=Decimal(100))], resource_id=clinic.hall)
    hour = await made(clinic, hour_of(clinic.hall, customer_id=clinic.kari))
    await issue_invoice(clinic.ctx(), InvoiceSelection(booking_ids=(hour.booking_id,)))
    await made(clinic, seat(clinic, await clinic.class_of(3)))
    return clinic


async def exported(clinic: World, folder: Path) -> Path:
    file = folder / "clinic.zip"
    async with connection(clinic.db) as db:
        assert not isinstance(db, asyncpg.Pool)
        await write_account(db, clinic.account.id, clinic.account.slug, file)
    return file


async def imported(pool: asyncpg.Pool, file: Path, slug: str = "", *, other_secret: bool = False) -> None:
    manifest = read_manifest(file)
    async with transaction(pool) as tx:
        assert not isinstance(tx, asyncpg.Pool)
        await read_account(tx, file, manifest, slug or manifest.slug, other_secret=other_secret)


def altered(file: Path, table: str, alter: Callable[[str], str]) -> Path:
    """The file with other rows of a table, the first of which names the columns."""
    other = file.with_name(f"other-{table}.zip")
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(other, "w") as written:
        for name in archive.namelist():
            content = archive.read(name).decode()
            written.writestr(name, alter(content) if name == f"{table}.csv" else content)
    return other


def reverse_columns(rows: str) -> str:
    return "".join(f"{','.join(reversed(row.split(',')))}\n" for row in rows.splitlines())


async def deleted(clinic: World) -> int:
    async with transaction(clinic.db) as tx:
        assert not isinstance(tx, asyncpg.Pool)
        return await delete_account(tx, clinic.account.id)


async def rows_of(db: Db, table: Table, account_id: int) -> list[str]:
    """The rows of an account, as text, but for what belongs to the server."""
    columns = ", ".join(column for column in table.columns if column not in NOT_AS_IT_WAS)
    statement = f"select row({columns})::text from {table.name} where {table.owner} = $1 order by 1"
    return [row[0] for row in await db.fetch(statement, account_id)]


async def test_an_account_comes_to_another_server_as_it_was(
    busy: World, elsewhere: asyncpg.Pool, tmp_path: Path
) -> None:
    key = await busy.key("makeplans")
    file = await exported(busy, tmp_path)
    await imported(elsewhere, file)
    assert file.stat().st_mode & 0o777 == 0o600
    for table in await list_tables(elsewhere):
        there = await rows_of(elsewhere, table, busy.account.id)
        assert there == await rows_of(busy.db, table, busy.account.id), table.name
    assert [breach async for breach in find_breaches(elsewhere, NOW)] == []
    assert (await authenticate_secret(elsewhere, NOW, "makeplans", key)).account.id == busy.account.id
    assert await load_opaque_id_secret(elsewhere) == await load_opaque_id_secret(busy.db)


async def test_columns_may_stand_in_another_order_but_not_be_others(
    busy: World, elsewhere: asyncpg.Pool, tmp_path: Path
) -> None:
    file = await exported(busy, tmp_path)
    with pytest.raises(BackupFailed, match="other columns of site"):
        await imported(elsewhere, altered(file, "site", lambda rows: rows.replace("time_zone", "zone", 1)))
    await imported(elsewhere, altered(file, "opening", reverse_columns))
    for table in await list_tables(elsewhere):
        there = await rows_of(elsewhere, table, busy.account.id)
        assert there == await rows_of(busy.db, table, busy.account.id), table.name


async def test_new_ids_follow_those_that_came(busy: World, elsewhere: asyncpg.Pool, tmp_path: Path) -> None:
    last = (await made(busy, visit(busy, starts_at=SOON.replace(day=2)))).id
    await imported(elsewhere, await exported(busy, tmp_path))
    assert await elsewhere.fetchval("select nextval('occupancy_id_seq')") > last


async def test_an_account_is_not_taken_twice(busy: World, elsewhere: asyncpg.Pool, tmp_path: Path) -> None:
    file = await exported(busy, tmp_path)
    await imported(elsewhere, file)
    with pytest.raises(BackupFailed, match="here already"):
        await imported(elsewhere, file, "another")


async def test_a_slug_that_is_taken_is_told(busy: World, elsewhere: asyncpg.Pool, tmp_path: Path) -> None:
    file = await exported(busy, tmp_path)
    there = await open_clinic(elsewhere)
    with pytest.raises(BackupFailed, match="name a new slug"):
        await imported(elsewhere, file, there.account.slug, other_secret=True)


async def test_an_installation_with_accounts_keeps_its_secret(
    busy: World, elsewhere: asyncpg.Pool, tmp_path: Path
) -> None:
    file = await exported(busy, tmp_path)
    there = await open_clinic(elsewhere)
    own = await load_opaque_id_secret(elsewhere)
    with pytest.raises(BackupFailed, match="another secret"):
        await imported(elsewhere, file)
    await imported(elsewhere, file, other_secret=True)
    assert await load_opaque_id_secret(elsewhere) == own
    assert await elsewhere.fetchval("select count(*) from account") == 2
    assert there.account.id != busy.account.id


@pytest.mark.parametrize("as_well", [False, True])
@pytest.mark.parametrize("table", ["item", "customer", "claim"])
async def test_rows_of_somebody_else_are_not_taken(
    busy: World, elsewhere: asyncpg.Pool, tmp_path: Path, table: str, as_well: bool
) -> None:
    """A file that was tampered with can't write into another account, instead of its own rows or beside them."""
    victim = await open_clinic(elsewhere)
    own, foreign = str(busy.account.id), str(victim.account.id)

    def forge(rows: str) -> str:
        others = rows.replace(own, foreign)
        return rows + others.partition("\n")[2] if as_well else others

    forged = altered(await exported(busy, tmp_path), table, forge)
    before = await rows_of(elsewhere, Table(table, ("account_id",)), victim.account.id)
    with pytest.raises(BackupFailed):
        await imported(elsewhere, forged, other_secret=True)
    assert await rows_of(elsewhere, Table(table, ("account_id",)), victim.account.id) == before
    assert await elsewhere.fetchval("select count(*) from account") == 1


@pytest.mark.parametrize("damage", [b"\x00", b"\xff", b"\x07"])
async def test_a_damaged_file_is_told(busy: World, elsewhere: asyncpg.Pool, tmp_path: Path, damage: bytes) -> None:
    file = await exported(busy, tmp_path)
    with zipfile.ZipFile(file) as archive:
        table = archive.getinfo("customer.csv")
    content = bytearray(file.read_bytes())
    start = table.header_offset + 30 + len(table.filename)
    content[start : start + table.compress_size] = damage * table.compress_size
    file.write_bytes(content)
    with pytest.raises(BackupFailed, match="can't be read"):
        await imported(elsewhere, file)


async def test_what_is_no_account_is_told(tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    other.write_text("of somebody else")
    with pytest.raises(BackupFailed, match="is no account"):
        read_manifest(other)
    with pytest.raises(BackupFailed, match="There is no file"):
        read_manifest(tmp_path / "missing.zip")


async def test_nothing_is_left_of_a_deleted_account(busy: World, db: asyncpg.Pool) -> None:
    key = await busy.key("makeplans")
    neighbour = await open_clinic(db)
    before = {table.name: await rows_of(db, table, neighbour.account.id) for table in await list_tables(db)}
    assert await deleted(busy) > 20
    for table in await list_tables(db):
        assert await rows_of(db, table, busy.account.id) == [], table.name
        assert await rows_of(db, table, neighbour.account.id) == before[table.name], table.name
    with pytest.raises(Unauthenticated):
        await authenticate_secret(db, NOW, "makeplans", key)
