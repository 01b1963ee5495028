"""Find out from the socket and from /proc whether an embedded server is running.

PostgreSQL itself only checks that a process with the id in `postmaster.pid` exists. After a restart of the machine or
container that can be an unrelated process. It can also be a zombie: in a container Kalends may be process 1, which
inherits all orphans and must reap them. Without /proc, as on macOS, PostgreSQL's own check has to do.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

PROC = Path("/proc")
NAME = "postgres"
ZOMBIE = "Z"


class Process(msgspec.Struct, frozen=True):
    """A process named postgres; `state` is a letter as in proc(5)."""

    pid: int
    parent: int
    state: str


def takes_connections(sockets: Path) -> bool:
    """Return whether a server listens at the socket, even if it is still recovering."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def reap() -> None:
    """Reap the zombies of PostgreSQL whose parent is this process."""
    for process in postgres_processes():
        if process.state == ZOMBIE and process.parent == os.getpid():
            with suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)


def server_pids(cluster: Path) -> list[int]:
    """The ids of the processes that work on a cluster: of its server, or the children that a killed server left."""
    return [
        process.pid for process in postgres_processes() if process.state != ZOMBIE and works_in(process.pid, cluster)
    ]


def may_be_running(cluster: Path) -> bool:
    """Return whether a server works on the cluster, as far as that can be known."""
    return bool(server_pids(cluster)) if PROC.exists() else (cluster / "postmaster.pid").exists()


def remove_stale_locks(cluster: Path, sockets: Path) -> None:
    """Remove lock files that name an existing process which does not work on the cluster."""
    if may_be_running(cluster):
        return
    for lock in (cluster / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        with suppress(FileNotFoundError):
            pid = lock.read_text().partition("\n")[0].strip()
            if pid.isdecimal() and (PROC / pid).exists():
                lock.unlink()


def postgres_processes() -> Iterator[Process]:
    """All processes named postgres, from /proc."""
    for entry in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended since
            pid, _, name_and_fields = entry.read_text(errors="replace").partition(" (")
            name, _, fields = name_and_fields.rpartition(") ")
            if name == NAME:
                state, parent = fields.split()[:2]
                yield Process(int(pid), int(parent), state)


def works_in(pid: int, folder: Path) -> bool:
    """Return whether a process belongs to the folder's owner and has it as working directory, as a server does.

    In a container even root may not be allowed to read the working directory; then the owner decides.
    """
    process = PROC / str(pid)
    try:
        return process.stat().st_uid == folder.stat().st_uid and (process / "cwd").samefile(folder)
    except PermissionError:
        return True
    except OSError:  # it has ended since
        return False
