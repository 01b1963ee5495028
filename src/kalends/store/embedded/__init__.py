"""The PostgreSQL server included with Kalends, in the data folder. Processes share it; the last one stops it.

Every process holds a shared lock on the file `.users` while it uses the server. The kernel releases the lock however
the process ends, so a killed process leaves nothing to clean up, at most a running server that the next one shares. An
exclusive lock on `.gate` is held while the server is started or stopped. If the server is lost while it is in use, a
thread of one of the processes starts it again.
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
    move_if_unreachable,
    prepare,
    reachable_home,
    remove_socket_folder,
    socket_folder,
)
from kalends.store.embedded.processes import may_be_running, reap, remove_stale_locks, server_pids, takes_connections
from kalends.store.embedded.programs import VERSION, Unusable, as_root, program_folder, run

__all__ = ["Server", "Unusable", "program_folder", "running"]

log = structlog.get_logger()

SUPERUSER = "postgres"
READY, STARTING = 0, 1  # exit codes of pg_isready
CONFIGURATION = {
    "listen_addresses": "",
    "max_connections": 200,
    # On average for each connection: a change of thousands of items takes one lock for each.
    "max_locks_per_transaction": 256,
    # Errors of statements would put personal data into the log; Kalends logs errors itself.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
}
ERROR_PREFIX = re.compile("(?:FATAL|PANIC|error):")
START_TIMEOUT = 60.0  # seconds, for recovery after a crash
ORPHANS_TIMEOUT = 30.0  # seconds: the processes of a killed server notice it when their statement ends, at the latest
CHECK_INTERVAL = 1.0  # seconds


class Server:
    """A running embedded server."""

    def __init__(self, sockets: Path) -> None:
        self.sockets = sockets

    def url(self, database: str = SUPERUSER) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://{SUPERUSER}@/{quote(database)}?{urlencode({'host': self.sockets})}"


@contextmanager
def running(data: Path, create: bool = True) -> Iterator[Server]:
    """Use the server of this data folder: started if it is not running, stopped when no process uses it any more.

    Without `create`, the folder must already have a database. Raises Unusable.
    """
    data = prepare(data, create)
    with (data / ".users").open("a") as users:
        try:
            with gate(data):
                fcntl.flock(users, fcntl.LOCK_SH)
                sockets = start(data)
            with restarting_when_lost(data, sockets):
                yield Server(sockets)
        finally:  # also if a signal interrupts the start
            with gate(data):
                stop_unless_used(data, users)


@contextmanager
def restarting_when_lost(data: Path, sockets: Path) -> Iterator[None]:
    """While the block runs, check every second whether the server is lost, and start it again."""
    stopping = threading.Event()

    def check_repeatedly() -> None:
        while not stopping.wait(CHECK_INTERVAL):
            try:
                if takes_connections(sockets):
                    continue
                log.error("postgres.lost", folder=str(data / "postgres"))
                with gate(data):
                    start(data)
            except (Unusable, OSError) as error:  # such as a full disk, which may have room at the next check
                log.error("postgres.unusable", why=str(error))

    thread = threading.Thread(target=check_repeatedly, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


@contextmanager
def gate(data: Path) -> Iterator[None]:
    """Hold the lock that lets one process at a time start or stop the server."""
    with (data / ".gate").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def start(data: Path) -> Path:
    """Start the server if it is not running, with the gate held; returns the folder of its socket. Raises Unusable."""
    if (data / CLUSTER).is_symlink() and not (data / CLUSTER).exists():
        raise Unusable(f"{data / CLUSTER} is a link to a folder that is not there: {(data / CLUSTER).readlink()}.")
    if not (data / CLUSTER).exists():
        create_cluster(data)
    move_if_unreachable(data)
    cluster = (data / CLUSTER).resolve()
    check_version(cluster)
    sockets = socket_folder(cluster)
    if not is_ready(sockets):
        await_orphans(cluster)
        remove_stale_locks(cluster, sockets)
        settings = " ".join(f"-c {name}={value}" for name, value in CONFIGURATION.items())
        options = f"-k {shlex.quote(str(sockets))} {settings}"
        timeout = str(int(START_TIMEOUT))
        if run(cluster, "pg_ctl", "-w", "-t", timeout, "-l", "log", "-o", options, "start").returncode != 0:
            raise Unusable(f"The embedded PostgreSQL does not start: {last_error(cluster / 'log')}")
        log.info("postgres.started", folder=str(cluster))
    return sockets


def await_orphans(cluster: Path) -> None:
    """Wait for the child processes of a killed server to end: until then PostgreSQL does not start again."""
    deadline = time.monotonic() + ORPHANS_TIMEOUT
    reap()
    while server_pids(cluster) and time.monotonic() < deadline:
        time.sleep(0.05)
        reap()


def stop_unless_used(data: Path, users: IO[str]) -> None:
    """Release the process's use of the server, and stop it unless others use it; with the gate held."""
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    cluster = (data / CLUSTER).resolve()
    deadline = time.monotonic() + START_TIMEOUT
    reap()
    while may_be_running(cluster) and time.monotonic() < deadline:
        if run(cluster, "pg_ctl", "-w", "-m", "fast", "stop").returncode == 0:
            log.info("postgres.stopped", folder=str(cluster))
            break
        time.sleep(0.1)  # it has only begun to start, and has not written its process id yet
        reap()
    remove_socket_folder(cluster)


def create_cluster(data: Path) -> None:
    """Create an empty cluster in the data folder or, if PostgreSQL can't reach it, elsewhere. Raises Unusable."""
    for abandoned in data.glob("new-*"):
        shutil.rmtree(abandoned)
    home = reachable_home(data)
    try:
        run_initdb(home)
    except Unusable:
        if home != data:
            home.rmdir()
        raise
    if home != data:
        (data / CLUSTER).symlink_to(home / CLUSTER)


def run_initdb(home: Path) -> None:
    """Run initdb under a temporary name, then rename: so an unfinished cluster is never used. Raises Unusable."""
    locale = ("--encoding=utf8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    with tempfile.TemporaryDirectory(prefix="new-", dir=home) as unfinished:
        cluster = Path(unfinished) / CLUSTER
        cluster.mkdir(mode=0o700)
        if as_root():
            Path(unfinished).chmod(0o711)
            give_to_system_user(cluster)
        result = run(cluster, "initdb", "--auth=trust", *locale, "-U", SUPERUSER)
        if result.returncode != 0:
            raise Unusable(f"The embedded PostgreSQL can't be made: {first_error(result.stdout)}")
        cluster.rename(home / CLUSTER)


def check_version(cluster: Path) -> None:
    """Raise Unusable if the cluster belongs to another major version of PostgreSQL."""
    version = (cluster / "PG_VERSION").read_text().strip()
    if version != str(VERSION):
        raise Unusable(
            f"{cluster} was made by PostgreSQL {version}, and this is {VERSION}: dump it there, restore it here."
        )


def is_ready(sockets: Path) -> bool:
    """Return whether the server accepts connections; waits while it recovers from a crash. Raises Unusable."""
    deadline = time.monotonic() + START_TIMEOUT
    while (code := run(sockets, "pg_isready", "-q", "-h", str(sockets)).returncode) == STARTING:
        if time.monotonic() > deadline:
            raise Unusable(f"The embedded PostgreSQL is still starting after {START_TIMEOUT:.0f} s.")
        time.sleep(0.05)
    return code == READY


def first_error(output: str) -> str:
    """The first error in a program's output; the lines after it only tell what the program cleans up."""
    lines = output.strip().splitlines()
    errors = [line for line in lines if ERROR_PREFIX.search(line) or "could not" in line]
    return without_prefix((errors or lines or ["no reason given"])[0])


def last_error(log_file: Path) -> str:
    """The last fatal error in the server's log."""
    lines = log_file.read_text(errors="replace").strip().splitlines() if log_file.exists() else []
    errors = [line for line in lines if ERROR_PREFIX.search(line)]
    return without_prefix((errors or lines or ["no reason given"])[-1])


def without_prefix(line: str) -> str:
    """A line of the log without its time and severity."""
    return ERROR_PREFIX.split(line)[-1].strip()
