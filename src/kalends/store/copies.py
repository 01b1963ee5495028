"""The whole database as a file and back, by PostgreSQL's own pg_dump and pg_restore, while it is in use."""

import os
import subprocess
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from kalends.store.db import connect
from kalends.store.embedded import program_folder

WHAT = ("--no-owner", "--no-privileges")
"""Whoever restores owns it."""


class CopyFailed(Exception):
    """The copy was not made, or not restored; the message is one line that says why."""


def dump(url: str, file: Path) -> None:
    """Write all there is at one moment into a new file that only its owner can read. Raises CopyFailed."""
    part = file.with_name(f"{file.name}.part")
    try:
        if file.exists():
            raise CopyFailed(f"{file} is there already.")
        part.touch(mode=0o600)
        _run("pg_dump", url, "--format=custom", f"--file={part}", *WHAT)
        part.rename(file)
    except OSError as error:
        raise CopyFailed(f"{file} can't be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, file: Path) -> None:
    """Bring what was dumped into an empty database, all of it or nothing. Raises CopyFailed."""
    _run("pg_restore", url, "--single-transaction", "--exit-on-error", *WHAT, str(file))


async def check_empty(url: str) -> None:
    """Raises CopyFailed when somebody has made a table in it."""
    connection = await connect(url, "kalends restore")
    try:
        found: bool = await connection.fetchval(
            """
            select exists (
                select from pg_catalog.pg_class join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
                where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'
            )
            """
        )
    finally:
        await connection.close()
    if found:
        raise CopyFailed("There is something in the database already: restore into an empty folder or database.")


async def forget_transactions(url: str) -> None:
    """After `restore`: the journal's transaction ids are those of another server, and could seem to be yet to come.

    All entries become those of the first transaction, in the order in which they were written (decision 17).
    """
    connection = await connect(url, "kalends restore")
    try:
        async with connection.transaction():
            await connection.execute("alter table journal disable trigger user")
            await connection.execute("update journal set xid = '3'")
            await connection.execute("alter table journal enable trigger user")
    finally:
        await connection.close()


def _run(program: str, url: str, *arguments: str) -> None:
    """A password is handed over in the environment, as arguments can be seen by everybody on the machine."""
    bare, password = without_password(url)
    done = subprocess.run(
        [program_folder() / program, f"--dbname={bare}", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={"LC_ALL": "C", "PATH": os.defpath} | ({"PGPASSWORD": password} if password else {}),
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "error:" in line]
        raise CopyFailed((lines or [f"{program} ended with {done.returncode}."])[0])


def without_password(url: str) -> tuple[str, str]:
    """The URL without the password in it, and the password."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    password = unquote(parts.password or "") or dict(query).get("password", "")
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}{at}{host}"
    rest = urlencode([(name, value) for name, value in query if name != "password"])
    return urlunsplit((parts.scheme, netloc, parts.path, rest, "")), password
