"""PostgreSQL servers that listen on a port of this machine: a primary, and standbys that follow it."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg

from kalends.store.embedded.folders import give_to_system_user
from kalends.store.embedded.programs import as_root, run
from tests.folders import passable
from tests.ports import free_port

CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
max_connections = 60
max_locks_per_transaction = 256
"""


class Node:
    """A server of a folder and a port, whose superuser is postgres."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        self._run("pg_ctl", "-w", "-l", "log", "-o", f"-p {self.port}", "start")

    def stop(self) -> None:
        run(self.folder, "pg_ctl", "-w", "-m", "immediate", "stop")

    def promote(self) -> None:
        self._run("pg_ctl", "-w", "promote")

    def kill(self) -> None:
        """As if its machine lost power: nobody is told, and nothing is finished."""
        os.kill(int((self.folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    async def execute(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.url())
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    def make(self) -> None:
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--locale=C", "-U", "postgres")
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION)

    def copy(self, primary: "Node") -> None:
        """A copy of the primary that follows it from then on."""
        self._run("pg_basebackup", "-D", str(self.folder), "-d", primary.url(), "-R", "-X", "stream", "-c", "fast")

    def _run(self, program: str, *arguments: str) -> None:
        result = run(self.folder, program, *arguments)
        assert result.returncode == 0, result.stdout


def join(urls: list[str]) -> str:
    """One URL of the hosts of several, in this order."""
    first, *others = (url.partition("@")[2].partition("/")[0] for url in urls)
    return urls[0].replace(first, ",".join([first, *others]), 1)


@contextmanager
def primary_and_standby(parent: Path) -> Iterator[tuple[Node, Node]]:
    """Two servers that run, the second of which follows the first."""
    with ExitStack() as ending:
        primary, standby = (Node(_folder(parent / name), ending.enter_context(free_port())) for name in ("one", "two"))
        for node in (primary, standby):
            if node is primary:
                node.make()
            else:
                node.copy(primary)
            ending.callback(node.stop)
            node.start()
        yield primary, standby


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700)
    passable(path.parent)
    if as_root():
        give_to_system_user(path)
    return path
