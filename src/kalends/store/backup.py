"""Back up the whole database to a file and restore it, with PostgreSQL's pg_dump, pg_restore and psql."""

import asyncio
import os
import subprocess
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from kalends.store.db import connect
from kalends.store.embedded import program_folder
from kalends.store.tls import reachable_without_tls

OPTIONS = ("--no-owner", "--no-privileges")
"""The restored tables belong to the user who restores."""
_ENVIRONMENT: Mapping[str, str] = {"LC_ALL": "C", "PATH": os.defpath}
_LINES_OF_HEAD, _PIECE = 30, 1 << 16


class BackupFailed(Exception):
    """The backup could not be written or restored; the message says why in one line."""


async def dump(url: str, file: Path) -> None:
    """Write one snapshot of the database to a new file that only its owner can read.

    Raises BackupFailed, and any of UNAVAILABLE.
    """
    async with _reaching(url) as (database, environment):
        with writing(file) as unfinished:
            arguments = "--format=custom", f"--file={unfinished}", *OPTIONS
            await _end("pg_dump", await _begin("pg_dump", database, *arguments, env=environment))


@contextmanager
def writing(file: Path) -> Iterator[Path]:
    """A new file that only its owner can read: it has its name once the block has ended well. Raises BackupFailed."""
    unfinished = file.with_name(f"{file.name}.part")
    try:
        if file.exists():
            raise BackupFailed(f"{file} is there already.")
        unfinished.touch(mode=0o600)
        yield unfinished
        unfinished.rename(file)
    except OSError as error:
        raise BackupFailed(f"{file} can't be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


async def restore(url: str, file: Path) -> None:
    """Restore a dump into an empty database, in one transaction. Raises BackupFailed, and any of UNAVAILABLE."""
    async with _reaching(url) as (database, environment):
        script = await _begin("pg_restore", "--file=-", *OPTIONS, str(file), stdout=subprocess.PIPE)
        options = "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"
        psql = await _begin("psql", database, *options, env=environment, stdin=subprocess.PIPE)
        assert script.stdout
        assert psql.stdin
        try:
            psql.stdin.write(b"begin;\n")
            async for piece in for_any_version(script.stdout):
                psql.stdin.write(piece)
                await psql.stdin.drain()
            await _end("pg_restore", script)
            psql.stdin.write(b"commit;\n")
        except ConnectionError:  # psql has ended, and says below why
            script.kill()
        finally:
            psql.stdin.close()
            await psql.wait()
        await _end("psql", psql)


async def check_empty(url: str) -> None:
    """Raise BackupFailed if the database has a table."""
    connection = await connect(url, "kalends restore")
    try:
        has_tables: bool = await connection.fetchval(
            """
            select exists (
                select from pg_catalog.pg_class join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
                where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'
            )
            """
        )
    finally:
        await connection.close()
    if has_tables:
        raise BackupFailed("There is something in the database already: restore into an empty folder or database.")


async def forget_transactions(url: str) -> None:
    """Reset the transaction ids in the journal after `restore`: on this server they could lie in the future.

    All entries get the id of the first transaction, and stay in the order in which they were written (decision 17).
    """
    connection = await connect(url, "kalends restore")
    try:
        async with connection.transaction():
            await connection.execute(_DELETE_EARLIER_MARKS)
            await connection.execute(_SET_MARKS_BY_ID)
            await connection.execute(_SET_WEBHOOKS_BY_ID)
            await connection.execute("update webhook_delivery set position = regexp_replace(position, '.*-', '3-')")
            await connection.execute("update account set journal_pruned_xid = null")
            await connection.execute("alter table journal disable trigger user")
            await connection.execute("update journal set xid = '3'")
            await connection.execute("alter table journal enable trigger user")
    finally:
        await connection.close()


# Of each list of a system that follows the bookings the last mark is kept: before the first change it had not seen.
_DELETE_EARLIER_MARKS = """
    delete from sync_mark m using sync_mark later
    where later.account_id = m.account_id and later.token_id = m.token_id and later.list = m.list
        and (later.at, later.id) > (m.at, m.id)
    """
# The id of the last entry of the journal that was seen, of a mark or webhook with the alias t.
POSITION_OF_MARK = """
    select coalesce(min(j.id) filter (where (j.xid, j.id) > (t.position_xid, t.position_id)) - 1, max(j.id), 0)
    from journal j where j.account_id = t.account_id"""
# A webhook has its position as text: XID-ID.
POSITION_OF_WEBHOOK = """
    select '3-' || coalesce(min(j.id) filter (where (j.xid, j.id)
        > (split_part(t.position, '-', 1)::xid8, split_part(t.position, '-', 2)::bigint)) - 1, max(j.id), 0)
    from journal j where j.account_id = t.account_id"""
_SET_MARKS_BY_ID = f"update sync_mark t set position_xid = '3', position_id = ({POSITION_OF_MARK})"
_SET_WEBHOOKS_BY_ID = f"update webhook t set position = ({POSITION_OF_WEBHOOK})"


async def for_any_version(script: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """A script of pg_restore without the setting in its head that servers before version 17 do not know."""
    for _ in range(_LINES_OF_HEAD):
        if (line := await script.readline()) != b"SET transaction_timeout = 0;\n":
            yield line
    while piece := await script.read(_PIECE):
        yield piece


@asynccontextmanager
async def _reaching(url: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """The argument and the environment with which a PostgreSQL program reaches the database. The password goes into
    the environment, as all users can see a process's arguments."""
    async with reachable_without_tls(_of_primary(url)) as reachable:
        public_url, password = without_password(reachable)
        yield f"--dbname={public_url}", {**_ENVIRONMENT} | ({"PGPASSWORD": password} if password else {})


async def _begin(
    program: str,
    *arguments: str,
    env: Mapping[str, str] = _ENVIRONMENT,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> Process:
    return await asyncio.create_subprocess_exec(
        program_folder() / program, *arguments, env=env, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE
    )


async def _end(program: str, process: Process) -> None:
    """Wait for its end. Raises BackupFailed with its first error."""
    assert process.stderr
    output = (await process.stderr.read()).decode(errors="replace")
    if await process.wait() != 0:
        errors = [line for line in output.splitlines() if "error:" in line.lower()]
        raise BackupFailed((errors or [f"{program} ended with {process.returncode}."])[0])


def _of_primary(url: str) -> str:
    """The URL for PostgreSQL's programs, which of several hosts take any, unless told otherwise."""
    if "target_session_attrs" in urlsplit(url).query:
        return url
    return f"{url}{'&' if '?' in url else '?'}target_session_attrs=read-write"


def without_password(url: str) -> tuple[str, str]:
    """Split a database URL into the URL without its password, and the password ("" if there is none)."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    password = unquote(parts.password or "") or dict(query).get("password", "")
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}{at}{host}"
    other_options = urlencode([(name, value) for name, value in query if name != "password"])
    return urlunsplit((parts.scheme, netloc, parts.path, other_options, "")), password
