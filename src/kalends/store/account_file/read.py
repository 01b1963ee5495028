"""Read an account from a file into this database: all of it in one transaction, or nothing."""

import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import asyncpg

from kalends.store.account_file.tables import LONGEST, Table, list_tables
from kalends.store.account_file.write import FORMAT, Manifest
from kalends.store.backup import BackupFailed
from kalends.store.db import Connection, first_line
from kalends.store.installation import load_opaque_id_secret, replace_opaque_id_secret
from kalends.store.migrations import find_version

_PIECE = 1 << 20  # bytes of a table that are read at a time
_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError, KeyError)
_SEQUENCES = """
    select c.relname, pg_get_serial_sequence(c.oid::regclass::text, 'id')
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and a.attidentity <> ''
    where c.relname = any ($1)
    """


async def read_account(
    connection: Connection, file: Path, manifest: Manifest, slug: str, *, other_secret: bool = False
) -> None:
    """In a transaction: read all of the account of a file, open it, and give it this slug. Its ids stay.

    An installation without accounts takes the secret of the file, so that opaque ids stay the same; one with another
    secret refuses unless `other_secret` is set. Raises BackupFailed.
    """
    await _check(connection, file, manifest, slug)
    await _check_secret(connection, manifest, other_secret=other_secret)
    tables = await list_tables(connection)
    try:
        with zipfile.ZipFile(file) as archive:
            for table in tables:
                await _copy(connection, table, archive, manifest)
    except (*_DAMAGED, asyncpg.PostgresError) as error:
        raise BackupFailed(f"{file} can't be read: {first_line(error) or 'it is damaged'}.") from error
    await connection.execute("update account set slug = $2, closed_at = null where id = $1", manifest.account_id, slug)
    await _go_on_behind(connection, [table.name for table in tables], manifest.account_id)


async def _check(connection: Connection, file: Path, manifest: Manifest, slug: str) -> None:
    schema = await find_version(connection)
    if manifest.format != FORMAT or manifest.schema != schema:
        raise BackupFailed(
            f"{file} was written by another version (schema {manifest.schema}, here {schema}): have both installations "
            "at the same version, and export it again."
        )
    if await connection.fetchval("select exists (select from account where id = $1)", manifest.account_id):
        raise BackupFailed("This account is here already.")
    if await connection.fetchval("select exists (select from account where slug = $1)", slug):
        raise BackupFailed(f"There is another account {slug!r} here: name a new slug with --slug.")


async def _check_secret(connection: Connection, manifest: Manifest, *, other_secret: bool) -> None:
    if await load_opaque_id_secret(connection) == manifest.secret or other_secret:
        return
    if await connection.fetchval("select exists (select from account)"):
        raise BackupFailed(
            "The account comes from an installation with another secret: ids that are written as text, and the key of "
            "its webhooks' signatures, would change for those who know them. --change-ids takes it all the same."
        )
    await replace_opaque_id_secret(connection, manifest.secret)


async def _copy(connection: Connection, table: Table, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Read one table, and check that all its rows are of the account.

    Columns are taken by their names: where they were added by an upgrade they stand in another order.
    """
    with archive.open(f"{table.name}.csv") as stream:
        columns = stream.readline().decode().strip().split(",")
        if sorted(columns) != sorted(table.columns):
            raise BackupFailed(f"The file has other columns of {table.name} than there are here; nothing was changed.")
        status = await connection.copy_to_table(
            table.name, source=_pieces(stream), columns=columns, format="csv", timeout=LONGEST
        )
    own = await connection.fetchval(f"select count(*) from {table.name} where {table.owner} = $1", manifest.account_id)
    if not int(status.split()[-1]) == own == manifest.rows.get(table.name):
        raise BackupFailed(f"The file has other rows of {table.name} than it says; nothing was changed.")


async def _pieces(stream: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


async def _go_on_behind(connection: Connection, tables: list[str], account_id: int) -> None:
    """Have the sequences go on behind the ids that were read."""
    found = await connection.fetch(_SEQUENCES, tables)
    sequences = [*map(tuple, found), ("item", "occupancy_id_seq"), ("group_session", "occupancy_id_seq")]
    for table, sequence in sequences:
        await connection.execute(
            f"""
            select setval('{sequence}', greatest(
                nextval('{sequence}'), (select max(id) from {table} where account_id = $1)))
            """,
            account_id,
        )
