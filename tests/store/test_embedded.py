"""The embedded server: shared while somebody uses it, stopped by the last to leave, whole after every crash."""

import asyncio
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from kalends.store import embedded
from kalends.store.db import UNAVAILABLE
from kalends.store.embedded import folders, programs
from kalends.store.embedded.folders import socket_folder
from tests.desk import PATIENCE, until
from tests.folders import passable

# A process that uses the server until its input ends.
NEIGHBOUR = """
import pathlib, sys
from kalends.store import embedded
from kalends.web import logs
logs.configure("error")
with embedded.running(pathlib.Path(sys.argv[1])) as server:
    print(server.url(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


# To which all orphans fall, as to the first process of a container.
FIRST_PROCESS = "import ctypes\nctypes.CDLL(None).prctl(36, 1)\n" + NEIGHBOUR

linux = pytest.mark.skipif(not Path("/proc").exists(), reason="asks the kernel by /proc, which is not here")
root = pytest.mark.skipif(os.geteuid() != 0, reason="is about a server that root starts")


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for Kalends."""
    folder = tmp_path / "system"
    folder.mkdir()
    for module in (folders, programs):
        monkeypatch.setattr(module, "SYSTEM_FOLDER", passable(folder))
    return folder


def close(folder: Path) -> None:
    """Nobody but the owner may pass through any more."""
    folder.chmod(0o700)


def mode(path: Path) -> int:
    """Who may do what there."""
    return path.stat().st_mode & 0o777


def is_within(folder: Path, path: Path) -> bool:
    """Where it is indeed, links or not."""
    return path.resolve().is_relative_to(folder)


def neighbour(data: Path, script: str = NEIGHBOUR, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, data],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )


def arrived(process: subprocess.Popen[str]) -> str:
    """The URL it found."""
    assert process.stdout
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=PATIENCE)


def postmaster(data: Path) -> int | None:
    """The server's process, while there is one."""
    file = data / "postgres" / "postmaster.pid"
    return int(file.read_text().split()[0]) if file.exists() else None


async def ask(url: str, question: str = "select 1") -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def asked(url: str, question: str) -> object:
    """The answer, or why there is none."""
    try:
        return await ask(url, question)
    except UNAVAILABLE as error:
        return error


async def keep_and_crash(data: Path, server: embedded.Server) -> int:
    """Keep a name in the table `kept`, then kill the server's process; answers which it was."""
    await ask(server.url(), "create table kept as select 'Ada' as name")
    crashed = postmaster(data)
    assert crashed
    os.kill(crashed, signal.SIGKILL)
    return crashed


async def test_whoever_comes_starts_it_and_the_last_to_leave_stops_it(data: Path) -> None:
    with embedded.running(data) as server:
        first = postmaster(data)
        other = neighbour(data)
        assert arrived(other) == server.url()
        assert postmaster(data) == first
    assert postmaster(data) == first
    assert await ask(server.url()) == 1
    leave(other)
    assert postmaster(data) is None


async def test_a_killed_process_leaves_a_server_that_the_next_one_shares(data: Path) -> None:
    killed = neighbour(data)
    url = arrived(killed)
    first = postmaster(data)
    killed.kill()
    killed.communicate()
    with embedded.running(data):
        assert postmaster(data) == first
        assert await ask(url) == 1
    assert postmaster(data) is None


async def test_what_was_kept_is_there_after_a_crash_of_the_server(data: Path) -> None:
    with embedded.running(data) as server:
        crashed = await keep_and_crash(data, server)
    with embedded.running(data) as server:
        assert postmaster(data) != crashed
        assert await ask(server.url(), "select name from kept") == "Ada"


async def test_a_lost_server_is_started_again_while_somebody_uses_it(data: Path) -> None:
    with embedded.running(data) as server:
        lost = await keep_and_crash(data, server)
        await until(lambda: asked(server.url(), "select name from kept"), "Ada")
        assert postmaster(data) != lost
    assert postmaster(data) is None


async def test_no_other_program_is_needed(data: Path) -> None:
    with embedded.running(data) as server:
        await keep_and_crash(data, server)
    needy = neighbour(data, PATH="")
    assert await ask(arrived(needy), "select name from kept") == "Ada"
    leave(needy)
    assert postmaster(data) is None


@linux
async def test_the_first_process_of_a_container_buries_a_lost_server(data: Path) -> None:
    first = neighbour(data, FIRST_PROCESS)
    url = arrived(first)
    for _ in range(2):
        lost = postmaster(data)
        assert lost
        os.kill(lost, signal.SIGKILL)
        await until(lambda: asked(url, "select 1"), 1)
        assert postmaster(data) != lost
    leave(first)
    assert postmaster(data) is None


@linux
async def test_a_start_waits_for_what_a_killed_server_has_left(data: Path) -> None:
    killed = neighbour(data)
    url = arrived(killed)
    busy = asyncio.create_task(asked(url, "select count(*) from generate_series(1, 10000000)"))
    active = "select exists (select from pg_stat_activity where state = 'active' and pid <> pg_backend_pid())"
    await until(lambda: asked(url, active), True)
    server = postmaster(data)
    assert server
    killed.kill()
    os.kill(server, signal.SIGKILL)
    killed.communicate()
    with embedded.running(data) as again:
        assert await ask(again.url()) == 1
    await busy


async def test_two_that_start_at_once_share_one(data: Path) -> None:
    both = [neighbour(data), neighbour(data)]
    urls = {arrived(each) for each in both}
    assert len(urls) == 1
    assert await ask(urls.pop()) == 1
    for each in both:
        leave(each)
    assert postmaster(data) is None


async def test_a_number_that_is_another_process_by_now_is_not_waited_for(data: Path) -> None:
    with embedded.running(data):
        left = (data / "postgres" / "postmaster.pid").read_text()
    stale = left.replace(left.split()[0], str(os.getpid()), 1)
    (data / "postgres" / "postmaster.pid").write_text(stale)
    with embedded.running(data) as server:
        assert await ask(server.url()) == 1


def test_what_was_half_made_is_made_anew(data: Path) -> None:
    (data / "new-x" / "postgres").mkdir(parents=True)
    with embedded.running(data):
        assert postmaster(data)
    assert sorted(path.name for path in data.iterdir()) == [".gate", ".users", "postgres"]


async def test_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    with embedded.running(tmp_path / ("long" * 30)) as server:
        assert await ask(server.url()) == 1


async def test_a_path_with_all_sorts_of_characters(tmp_path: Path) -> None:
    with embedded.running(tmp_path / 'it\'s, "so" & $HOME 100%ä') as server:
        assert await ask(server.url()) == 1


def test_a_cluster_of_another_version_is_left_alone(data: Path) -> None:
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.Unusable, match="made by PostgreSQL 17"), embedded.running(data):
        pass


def test_data_that_are_gone_behind_a_link_are_missed(data: Path) -> None:
    data.mkdir()
    (data / "postgres").symlink_to(data.parent / "gone")
    with pytest.raises(embedded.Unusable, match="is a link to a folder that is not there"), embedded.running(data):
        pass


def test_a_data_folder_that_is_a_file(data: Path) -> None:
    data.write_text("")
    with pytest.raises(embedded.Unusable, match="can't be used"), embedded.running(data):
        pass


@pytest.mark.parametrize("kind", ["open to others", "a link"])
def test_a_folder_for_the_socket_that_somebody_else_has_made_is_not_taken(tmp_path: Path, kind: str) -> None:
    data = tmp_path / ("long" * 30)
    folder = socket_folder(data / "postgres")
    folder.rmdir()
    if kind == "a link":
        folder.symlink_to(tmp_path)
    else:
        folder.mkdir()
        folder.chmod(0o777)
    try:
        with pytest.raises(embedded.Unusable, match="is not ours or is open to others"), embedded.running(data):
            pass
    finally:
        folder.unlink() if folder.is_symlink() else folder.rmdir()


def test_a_folder_for_the_socket_goes_with_the_server(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    with embedded.running(data):
        folder = socket_folder(data / "postgres")
        assert folder != data / "postgres"
        assert mode(folder) == 0o700
    assert not folder.exists()


def test_the_data_folder_is_closed_to_others(data: Path) -> None:
    with embedded.running(data):
        assert mode(data) & 0o066 == 0
        assert mode(data / "postgres") & 0o077 == 0


def test_a_database_is_made_by_those_only_who_mean_to(data: Path) -> None:
    missing = f"There is no database in {data}: "
    with pytest.raises(embedded.Unusable, match=missing), embedded.running(data, create=False):
        pass
    assert not data.exists()
    with embedded.running(data):
        pass
    with embedded.running(data, create=False):
        assert postmaster(data)


def test_the_cause_is_told_and_not_the_tidying_up() -> None:
    output = """
        creating subdirectories ... ok
        performing post-bootstrap initialization ... 2027-01-01 00:00:00.000 UTC [7] FATAL:  could not extend file
        initdb: error: child process exited with exit code 1
        initdb: removing contents of data directory "/data/postgres"
    """
    assert embedded.first_error(output) == "could not extend file"
    assert embedded.first_error("") == "no reason given"


@root
async def test_root_s_closed_folders_stay_closed(data: Path, system: Path) -> None:
    closed = data.parent / "root"
    closed.mkdir(mode=0o700)
    for question, answer in (("create table kept as select 'Ada' as name", None), ("select name from kept", "Ada")):
        with embedded.running(closed / "data") as server:
            assert await ask(server.url(), question) == answer
    assert mode(closed) == 0o700
    assert is_within(system, closed / "data" / "postgres")


@root
def test_programs_that_are_out_of_reach_are_copied(data: Path, system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "is_reachable", lambda path: False)
    programs.program_folder.cache_clear()
    try:
        with embedded.running(data):
            assert postmaster(data)
        assert is_within(system, programs.program_folder())
    finally:
        programs.program_folder.cache_clear()


@root
def test_the_system_user_is_made_once_by_many_who_start_together(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "SYSTEM_USER", "kalends-tests")
    try:
        with ThreadPoolExecutor(8) as starting:
            users = list(starting.map(lambda _: programs.system_user(), range(8)))
        assert {user.pw_name for user in users} == {"kalends-tests"}
    finally:
        subprocess.run(["userdel", "kalends-tests"], check=False, env={"PATH": programs.SYSTEM_PROGRAMS})


@root
async def test_data_that_root_has_closed_moves(data: Path, system: Path) -> None:
    with embedded.running(data) as server:
        await ask(server.url(), "create table kept as select 'Ada' as name")
    close(data)
    with embedded.running(data) as server:
        assert await ask(server.url(), "select name from kept") == "Ada"
    assert mode(data) == 0o700
    assert is_within(system, data / "postgres")
