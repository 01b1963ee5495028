"""Write an account to a file: a zip with a table of comma-separated values for each of its tables, and a manifest."""

import zipfile
from pathlib import Path
from typing import IO

import msgspec

from kalends.store.account_file.tables import LONGEST, REWRITTEN, Table, list_tables
from kalends.store.backup import BackupFailed, writing
from kalends.store.db import Connection
from kalends.store.installation import load_opaque_id_secret
from kalends.store.migrations import find_version

MANIFEST = "account.json"
FORMAT = 1
_SPEED = 1
"""Of compression: the slower levels take three times as long for a tenth less."""


class Manifest(msgspec.Struct, frozen=True):
    """What a file is: of which account and schema version, with how many rows of each table.

    `secret` is that of the installation, from which opaque ids and keys of signatures are made.
    """

    format: int
    schema: int
    account_id: int
    slug: str
    secret: bytes
    rows: dict[str, int]


async def write_account(connection: Connection, account_id: int, slug: str, file: Path) -> int:
    """Write all of an account, as it is at one moment, to a new file that only its owner can read.

    Returns the number of rows. Raises BackupFailed if the file can't be written, or is there already.
    """
    with writing(file) as unfinished:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=_SPEED) as archive:
                rows = {}
                for table in await list_tables(connection):
                    with archive.open(f"{table.name}.csv", "w", force_zip64=True) as stream:
                        rows[table.name] = await _copy(connection, table, account_id, stream)
                schema = await find_version(connection)
                assert schema is not None
                secret = await load_opaque_id_secret(connection)
                manifest = Manifest(FORMAT, schema, account_id, slug, secret, rows)
                archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return sum(rows.values())


async def _copy(connection: Connection, table: Table, account_id: int, stream: IO[bytes]) -> int:
    """Copy the account's rows of a table; returns how many."""

    async def write(data: bytes) -> None:
        stream.write(data)

    rewritten = REWRITTEN.get(table.name, {})
    values = ", ".join(f"{rewritten.get(column, column)} as {column}" for column in table.columns)
    query = f"select {values} from {table.name} t where {table.owner} = $1"
    status = await connection.copy_from_query(
        query, account_id, output=write, format="csv", header=True, timeout=LONGEST
    )
    return int(status.split()[-1])


def read_manifest(file: Path) -> Manifest:
    """The manifest of a file. Raises BackupFailed if it is no file of an account."""
    try:
        with zipfile.ZipFile(file) as archive:
            return msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except FileNotFoundError as error:
        raise BackupFailed(f"There is no file {file}.") from error
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.DecodeError) as error:
        raise BackupFailed(f"{file} is no account that `kalends account export` has written.") from error
