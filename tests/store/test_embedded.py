"""The embedded server: shared while somebody uses it, stopped by the last to leave, whole after every crash."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from kalends.store import embedded
from kalends.store.db import UNAVAILABLE
from tests.desk import until

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


def neighbour(data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", NEIGHBOUR, data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def arrived(process: subprocess.Popen[str]) -> str:
    """The URL it found."""
    assert process.stdout
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


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


def test_a_data_folder_that_is_a_file(data: Path) -> None:
    data.write_text("")
    with pytest.raises(embedded.Unusable, match="can't be used"), embedded.running(data):
        pass
