"""The PostgreSQL that Kalends brings along, in the data folder; processes share it, and the last one to leave stops it.

Whoever uses it for long starts it again when it is lost. Who uses it is told by a lock on a file, which the kernel lets
go of however a process ends: a killed process leaves nothing to clean up, at most a running server that the next one
finds and shares. A second lock is held while the server is started or stopped, so that nobody meets it half way.
"""

import fcntl
import re
import shlex
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

import structlog

from kalends.store.embedded.folders import (
    CLUSTER,
    give_to_system_user,
    home_of,
    move_into_reach,
    prepare,
    remove_socket_folder,
    socket_folder,
)
from kalends.store.embedded.processes import bury, forget_stale_locks, is_there, living, may_live
from kalends.store.embedded.programs import VERSION, Unusable, as_root, program_folder, run

__all__ = ["Server", "Unusable", "program_folder", "running"]

log = structlog.get_logger()

SUPERUSER = "postgres"
ANSWERS, STARTING = 0, 1  # exit codes of pg_isready
CONFIGURATION = {
    "listen_addresses": "",
    "max_connections": 200,
    # For each connection, on average: a change of thousands of items takes one for each of them.
    "max_locks_per_transaction": 256,
    # What a statement was refused for names people; Kalends says itself what went wrong.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
}
FAULT = re.compile("(?:FATAL|PANIC|error):")
PATIENCE = 60.0  # seconds, for a recovery after a crash
ORPHANS_END = 30.0  # seconds: the processes of a killed server notice when their statement ends, at the latest
LOOKED_AFTER_EVERY = 1.0  # seconds


class Server:
    """A running embedded server."""

    def __init__(self, sockets: Path) -> None:
        self.sockets = sockets

    def url(self, database: str = SUPERUSER) -> str:
        """The URL of one of its databases."""
        return f"postgresql://{SUPERUSER}@/{quote(database)}?{urlencode({'host': self.sockets})}"


@contextmanager
def running(data: Path, create: bool = True) -> Iterator[Server]:
    """The server of this data folder, started when it does not run, stopped when nobody uses it any more.

    Unless `create`, there must be one already. Raises Unusable.
    """
    data = prepare(data, create)
    with (data / ".users").open("a") as users:
        try:
            with gate(data):
                fcntl.flock(users, fcntl.LOCK_SH)
                sockets = start(data)
            with looked_after(data, sockets):
                yield Server(sockets)
        finally:  # also when a signal ends it while it starts
            with gate(data):
                leave(data, users)


@contextmanager
def looked_after(data: Path, sockets: Path) -> Iterator[None]:
    """While the block lasts, a server that is lost is started again."""
    left = threading.Event()

    def look() -> None:
        while not left.wait(LOOKED_AFTER_EVERY):
            try:
                if is_there(sockets):
                    continue
                log.error("postgres.lost", folder=str(data / "postgres"))
                with gate(data):
                    start(data)
            except (Unusable, OSError) as fault:  # such as no room for another file; the next look may find some
                log.error("postgres.unusable", why=str(fault))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        left.set()
        looking.join()


@contextmanager
def gate(data: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (data / ".gate").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def start(data: Path) -> Path:
    """Behind the gate: see that the server runs; answers the folder of its socket."""
    if (data / CLUSTER).is_symlink() and not (data / CLUSTER).exists():
        raise Unusable(f"{data / CLUSTER} is a link to a folder that is not there: {(data / CLUSTER).readlink()}.")
    if not (data / CLUSTER).exists():
        initialise(data)
    move_into_reach(data)
    cluster = (data / CLUSTER).resolve()
    check_version(cluster)
    sockets = socket_folder(cluster)
    if not answers(sockets):
        await_orphans(cluster)
        forget_stale_locks(cluster, sockets)
        settings = " ".join(f"-c {name}={value}" for name, value in CONFIGURATION.items())
        options = f"-k {shlex.quote(str(sockets))} {settings}"
        patience = str(int(PATIENCE))
        if run(cluster, "pg_ctl", "-w", "-t", patience, "-l", "log", "-o", options, "start").returncode != 0:
            raise Unusable(f"The embedded PostgreSQL does not start: {last_fault(cluster / 'log')}")
        log.info("postgres.started", folder=str(cluster))
    return sockets


def await_orphans(cluster: Path) -> None:
    """After a server was killed its other processes end by themselves; until then PostgreSQL does not start again."""
    deadline = time.monotonic() + ORPHANS_END
    bury()
    while living(cluster) and time.monotonic() < deadline:
        time.sleep(0.05)
        bury()


def leave(data: Path, users: IO[str]) -> None:
    """Behind the gate: stop the server unless others use it."""
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    cluster = (data / CLUSTER).resolve()
    deadline = time.monotonic() + PATIENCE
    bury()
    while may_live(cluster) and time.monotonic() < deadline:
        if run(cluster, "pg_ctl", "-w", "-m", "fast", "stop").returncode == 0:
            log.info("postgres.stopped", folder=str(cluster))
            break
        time.sleep(0.1)  # it has only begun to start, and has no number yet
        bury()
    remove_socket_folder(cluster)


def initialise(data: Path) -> None:
    """Make an empty cluster. Raises Unusable."""
    for abandoned in data.glob("new-*"):
        shutil.rmtree(abandoned)
    home = home_of(data)
    try:
        make_cluster(home)
    except Unusable:
        if home != data:
            home.rmdir()
        raise
    if home != data:
        (data / CLUSTER).symlink_to(home / CLUSTER)


def make_cluster(home: Path) -> None:
    """Under another name first, so that one half made is never taken for a whole one."""
    locale = ("--encoding=utf8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    with tempfile.TemporaryDirectory(prefix="new-", dir=home) as half:
        made = Path(half) / CLUSTER
        made.mkdir(mode=0o700)
        if as_root():
            Path(half).chmod(0o711)
            give_to_system_user(made)
        result = run(made, "initdb", "--auth=trust", *locale, "-U", SUPERUSER)
        if result.returncode != 0:
            raise Unusable(f"The embedded PostgreSQL can't be made: {first_error(result.stdout)}")
        made.rename(home / CLUSTER)


def check_version(cluster: Path) -> None:
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != str(VERSION):
        raise Unusable(
            f"{cluster} was made by PostgreSQL {found}, and this is {VERSION}: dump it there, restore it here."
        )


def answers(sockets: Path) -> bool:
    """Does the server take connections? While it recovers from a crash, wait."""
    deadline = time.monotonic() + PATIENCE
    while (code := run(sockets, "pg_isready", "-q", "-h", str(sockets)).returncode) == STARTING:
        if time.monotonic() > deadline:
            raise Unusable(f"The embedded PostgreSQL is still starting after {PATIENCE:.0f} s.")
        time.sleep(0.05)
    return code == ANSWERS


def first_error(output: str) -> str:
    """What a program says went wrong; behind it come the traces that it removes."""
    lines = output.strip().splitlines()
    errors = [line for line in lines if FAULT.search(line) or "could not" in line]
    return plain((errors or lines or ["no reason given"])[0])


def last_fault(messages: Path) -> str:
    """The last thing that the server's log calls fatal."""
    lines = messages.read_text(errors="replace").strip().splitlines() if messages.exists() else []
    faults = [line for line in lines if FAULT.search(line)]
    return plain((faults or lines or ["no reason given"])[-1])


def plain(line: str) -> str:
    """The line without what stands before the fault, such as the time."""
    return FAULT.split(line)[-1].strip()
