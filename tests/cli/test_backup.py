"""A backup is taken while Kalends runs, and a restored one is whole and in use at once."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from kalends.store.backup import for_any_version, without_password
from tests.cli.running import kalends, serving
from tests.cli.test_commands import said
from tests.conftest import GIVEN
from tests.tls import encrypted

RESOURCES = "/makeplans/api/v1/resources"


async def counted(url: str, question: str) -> int:
    connection = await asyncpg.connect(url)
    found: int = await connection.fetchval(question)
    await connection.close()
    return found


async def key_of(**where: str) -> dict[str, str]:
    """What opens the demo account."""
    _, key, _ = await kalends("key", "create", "--account", "demo", "--door", "makeplans", **where)
    return {"authorization": f"Bearer {key.strip()}"}


async def test_a_backup_of_a_running_house_is_restored_into_an_empty_folder(tmp_path: Path) -> None:
    file, old, new = tmp_path / "backup.dump", str(tmp_path / "old"), str(tmp_path / "new")
    async with serving("--demo", KALENDS_DATA=old) as house:
        key = await key_of(KALENDS_DATA=old)
        before = (await house.client.get(RESOURCES, headers=key)).json()
        code, _, written = await kalends("backup", str(file), KALENDS_DATA=old)
        assert (code, "backup.dump is written" in written) == (0, True), written
    assert file.stat().st_mode & 0o777 == 0o600
    code, out, restored = await kalends("restore", str(file), KALENDS_DATA=new)
    assert (code, out) == (0, ""), restored
    assert restored.splitlines()[-1] == f"{file} is restored; no problems found."
    async with serving(KALENDS_DATA=new) as house:
        assert (await house.client.get(RESOURCES, headers=key)).json() == before != []


async def test_a_backup_moves_to_a_server_of_ones_own(own_database: str, empty_database: str, tmp_path: Path) -> None:
    file = str(tmp_path / "backup.dump")
    assert (await kalends("demo", KALENDS_DATABASE_URL=own_database))[0] == 0
    assert (await kalends("backup", file, KALENDS_DATABASE_URL=own_database))[0] == 0
    code, _, restored = await kalends("restore", file, KALENDS_DATABASE_URL=empty_database)
    assert (code, "no problems found" in restored) == (0, True), restored
    assert await counted(empty_database, "select count(*) from journal where xid <> '3'") == 0
    assert await counted(empty_database, "select count(*) from journal") > 0
    again = await said("restore", file, KALENDS_DATABASE_URL=empty_database)
    assert again == ("kalends: There is something in the database already: restore into an empty folder or database.")


@pytest.mark.skipif(GIVEN is not None, reason="needs an embedded server behind the encryption")
async def test_a_server_that_wants_encryption_is_backed_up_and_restored(
    own_database: str, empty_database: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "backup.dump")
    async with encrypted(own_database, tmp_path) as old, encrypted(empty_database, tmp_path) as new:
        assert (await kalends("demo", KALENDS_DATABASE_URL=old))[0] == 0
        code, _, written = await kalends("backup", file, KALENDS_DATABASE_URL=old)
        assert (code, "is written" in written) == (0, True), written
        code, _, restored = await kalends("restore", file, KALENDS_DATABASE_URL=new)
        assert (code, "no problems found" in restored) == (0, True), restored
    question = "select count(*) from item"
    assert await counted(empty_database, question) == await counted(own_database, question) > 0


async def test_a_part_of_a_backup_leaves_nothing(own_database: str, empty_database: str, tmp_path: Path) -> None:
    whole, part = tmp_path / "backup.dump", tmp_path / "part.dump"
    assert (await kalends("demo", KALENDS_DATABASE_URL=own_database))[0] == 0
    assert (await kalends("backup", str(whole), KALENDS_DATABASE_URL=own_database))[0] == 0
    part.write_bytes(whole.read_bytes()[:-20_000])
    line = await said("restore", str(part), KALENDS_DATABASE_URL=empty_database)
    assert "could not read from input file" in line
    assert await counted(empty_database, "select count(*) from pg_class where relname = 'item'") == 0


async def test_a_script_sets_nothing_that_older_servers_do_not_know() -> None:
    newer, head, data = b"SET transaction_timeout = 0;\n", b"SET lock_timeout = 0;\n", b"a row\n" * 30
    script = asyncio.StreamReader()
    script.feed_data(head + newer + data + newer)
    script.feed_eof()
    assert b"".join([piece async for piece in for_any_version(script)]) == head + data + newer


async def test_a_file_is_never_written_over(own_database: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.dump"
    file.write_text("of yesterday")
    line = await said("backup", str(file), KALENDS_DATABASE_URL=own_database)
    assert line == f"kalends: {file} is there already."
    assert file.read_text() == "of yesterday"


async def test_what_is_no_backup_leaves_nothing(empty_database: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.dump"
    assert await said("restore", str(file), KALENDS_DATABASE_URL=empty_database) == f"kalends: There is no file {file}."
    file.write_text("of yesterday")
    line = await said("restore", str(file), KALENDS_DATABASE_URL=empty_database)
    assert "input file does not appear to be a valid archive" in line


@pytest.mark.parametrize(
    ("url", "bare", "password"),
    [
        ("postgresql://ada:s%40fe@db:5432/k", "postgresql://ada@db:5432/k", "s@fe"),
        ("postgresql://ada@/k?host=/run&password=safe", "postgresql://ada@/k?host=%2Frun", "safe"),
        ("postgresql://db/k?sslmode=require", "postgresql://db/k?sslmode=require", ""),
    ],
)
def test_a_password_is_no_argument(url: str, bare: str, password: str) -> None:
    assert without_password(url) == (bare, password)
