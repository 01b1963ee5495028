"""Commands that can't be carried out say so in one line, and end with 1."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from importlib.metadata import version
from pathlib import Path

import asyncpg
import pytest

from kalends.cli.app import COMMANDS
from tests.cli.running import PATIENCE, begin, kalends
from tests.ports import free_port

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


async def said(*arguments: str, **environment: str) -> str:
    """The one line that a command says which can't be carried out."""
    code, out, err = await kalends(*arguments, **environment)
    assert (code, out) == (1, ""), err
    lines = [line for line in err.splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    return lines[0]


async def test_a_setting_that_is_wrong() -> None:
    assert await said("migrate", KALENDS_PORT="many") == "kalends: KALENDS_PORT must be a whole number from 1 to 65535."


@pytest.mark.parametrize("command", ["serve", "work", "migrate"])
async def test_a_database_that_can_not_be_reached(command: str) -> None:
    assert (await said(command, KALENDS_DATABASE_URL=NOWHERE)).startswith("kalends: The database can't be reached: ")


async def test_a_server_that_can_not_be_checked_is_told_in_one_line(tmp_path: Path) -> None:
    line = await said("migrate", KALENDS_DATABASE_URL=f"{NOWHERE}?sslmode=verify-full", HOME=str(tmp_path))
    assert line.startswith(f"kalends: The database can't be reached: root certificate file \"{tmp_path}")


async def test_a_database_of_ones_own_is_migrated_when_asked_for(empty_database: str) -> None:
    create = ("key", "create", "--account", "clinic", "--door", "makeplans")
    needed = await said(*create, KALENDS_DATABASE_URL=empty_database)
    assert needed == "kalends: The database is not up to date: run `kalends migrate` first."
    code, _, err = await kalends("migrate", KALENDS_DATABASE_URL=empty_database)
    assert code == 0, err
    unknown = await said(*create, KALENDS_DATABASE_URL=empty_database)
    assert unknown == "kalends: There is no account 'clinic'."


@pytest.mark.parametrize(
    "command",
    [("check",), ("key", "list", "--account", "demo"), ("invoice", "list", "--account", "demo"), ("work",)],
)
async def test_a_folder_without_a_database(command: tuple[str, ...], tmp_path: Path) -> None:
    line = await said(*command, KALENDS_DATA=str(tmp_path / "wrong"))
    assert line.startswith(f"kalends: There is no database in {tmp_path / 'wrong'}: ")
    assert not (tmp_path / "wrong").exists()


async def test_a_server_that_is_read_only(own_database: str) -> None:
    admin = await asyncpg.connect(own_database)
    name = await admin.fetchval("select current_database()")
    await admin.execute(f"alter database {name} set default_transaction_read_only = on")
    await admin.close()
    with free_port() as port:
        line = await said("serve", "--port", str(port), KALENDS_DATABASE_URL=own_database)
    assert line.endswith("it can't be written to: it is a standby, or read-only.")


async def test_names_do_not_command_the_terminal(own_database: str) -> None:
    where = {"KALENDS_DATABASE_URL": own_database}
    assert (await kalends("demo", **where))[0] == 0
    named = ("key", "create", "--account", "demo", "--door", "makeplans", "--name", "\x1b[2J\x9b31m\u202eeno")
    assert (await kalends(*named, **where))[0] == 0
    _, listed, _ = await kalends("key", "list", "--account", "demo", **where)
    assert "\ufffd[2J\ufffd31m\ufffdeno" in listed


async def test_the_version_is_told() -> None:
    code, out, _ = await kalends("--version")
    assert (code, out) == (0, f"{version('kalends')}\n")


async def test_the_help_lists_all_commands() -> None:
    code, out, _ = await kalends("--help")
    listed = [line.split()[0] for line in out.partition("Commands:\n")[2].splitlines()]
    assert (code, listed) == (0, list(COMMANDS))


async def test_no_command_is_loaded_that_is_not_asked_for() -> None:
    loaded = "import sys, kalends.cli.app; print(*(each for each in sys.modules if each.startswith('kalends.')))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", loaded, stdout=PIPE)
    out, _ = await process.communicate()
    assert sorted(out.decode().split()) == [
        "kalends.cli",
        "kalends.cli.app",
        "kalends.cli.signals",
        "kalends.cli.terminal",
    ]


async def test_a_door_that_is_not_there() -> None:
    line = await said("key", "create", "--account", "demo", "--door", "cellar")
    assert line == "kalends: There is no door 'cellar'; there are makeplans, locaboo, bookio, carecloud, cliniko, api."


async def test_a_key_that_is_not_there(own_database: str) -> None:
    line = await said("key", "revoke", "12", KALENDS_DATABASE_URL=own_database)
    assert line == "kalends: There is no such key that is valid."


async def test_nothing_was_given_up(own_database: str) -> None:
    assert await kalends("retry", KALENDS_DATABASE_URL=own_database) == (0, "Nothing was given up.\n", "")


async def test_a_worker_of_jobs_stops_when_told(own_database: str) -> None:
    worker = await begin("work", KALENDS_DATABASE_URL=own_database)
    assert worker.stderr
    async for line in worker.stderr:
        if b"jobs.started" in line:
            break
    worker.terminate()
    await asyncio.wait_for(worker.communicate(), PATIENCE)
    assert worker.returncode == 0
