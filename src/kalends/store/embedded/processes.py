"""Whether a server lives, as its socket and the kernel know it: no program is needed to ask.

PostgreSQL itself asks only whether there is a process of the number in `postmaster.pid`. That is true of an unrelated
process that got the number after a restart of the machine or container, and of a zombie: in a container, Kalends may be
the first process, to which all orphans fall, and of whose ends nobody else takes note. Without /proc, as on macOS,
PostgreSQL's own answer has to do.
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
    """A process called postgres; `state` is a letter as in proc(5)."""

    pid: int
    parent: int
    state: str


def is_there(sockets: Path) -> bool:
    """Does anybody listen at the socket, be it that the server still recovers?"""
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(str(sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def bury() -> None:
    """Take note of the end of those of PostgreSQL's processes that have fallen to us."""
    for process in listed():
        if process.state == ZOMBIE and process.parent == os.getpid():
            with suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)


def living(cluster: Path) -> list[int]:
    """The numbers of the processes that work on a cluster: a server's own and, when it was killed, those it left."""
    return [process.pid for process in listed() if process.state != ZOMBIE and works_in(process.pid, cluster)]


def may_live(cluster: Path) -> bool:
    """Does a server work on the cluster, as far as that can be known?"""
    return bool(living(cluster)) if PROC.exists() else (cluster / "postmaster.pid").exists()


def forget_stale_locks(cluster: Path, sockets: Path) -> None:
    """Remove the locks on data and socket that name a process, but none that works on the cluster."""
    if may_live(cluster):
        return
    for lock in (cluster / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        with suppress(FileNotFoundError):
            pid = lock.read_text().partition("\n")[0].strip()
            if pid.isdecimal() and (PROC / pid).exists():
                lock.unlink()


def listed() -> Iterator[Process]:
    """All processes called postgres that the kernel tells of."""
    for entry in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended since
            number, _, rest = entry.read_text(errors="replace").partition(" (")
            name, _, after = rest.rpartition(") ")
            if name == NAME:
                state, parent = after.split()[:2]
                yield Process(int(number), int(parent), state)


def works_in(pid: int, folder: Path) -> bool:
    """A server and its processes work in the folder of their data, and belong to its owner.

    In a container, even root may not be allowed to ask for more than the owner.
    """
    process = PROC / str(pid)
    try:
        return process.stat().st_uid == folder.stat().st_uid and (process / "cwd").samefile(folder)
    except PermissionError:
        return True
    except OSError:  # it has ended since
        return False
