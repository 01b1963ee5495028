"""Choose and create the folders of the embedded server's data and socket, closed to other users."""

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import structlog

from kalends.store.embedded.programs import (
    SYSTEM_FOLDER,
    Unusable,
    as_root,
    is_reachable,
    make_system_folder,
    system_user,
)

log = structlog.get_logger()

SOCKET_PATH_LIMIT = 100  # bytes; macOS allows 104, Linux 108
CLUSTER = "postgres"


def prepare(data: Path, create: bool) -> Path:
    """Resolve the data folder, and create it if `create`. Raises Unusable."""
    try:
        data = data.expanduser().resolve()
        if not create and not (data / CLUSTER).exists():
            raise Unusable(
                f"There is no database in {data}: KALENDS_DATA says which folder is meant, `kalends serve` makes one."
            )
        data.parent.mkdir(parents=True, exist_ok=True)
        # Started by root, PostgreSQL runs as another user, who must be able to pass through this folder.
        data.mkdir(mode=0o711 if as_root() else 0o700, exist_ok=True)
        for lock in (".gate", ".users"):
            (data / lock).touch(mode=0o600)
    except OSError as error:
        raise Unusable(f"The data folder {data} can't be used: {error.strerror}.") from error
    return data


def reachable_home(data: Path) -> Path:
    """The folder for a new cluster: the data folder, or a new system folder if PostgreSQL's user can't reach it.

    Only root's data folder can be out of reach.
    """
    if not as_root() or is_reachable(data / CLUSTER):
        return data
    make_system_folder()
    home = Path(tempfile.mkdtemp(prefix="data-", dir=SYSTEM_FOLDER))
    home.chmod(0o711)
    log.warning("postgres.data_elsewhere", folder=str(home), why=f"folders above {data} are closed, and stay so")
    return home


def move_if_unreachable(data: Path) -> None:
    """Move a cluster that PostgreSQL's system user can't reach any more to a system folder, and link to it."""
    cluster = data / CLUSTER
    if as_root() and not cluster.is_symlink() and not is_reachable(cluster):
        moved = reachable_home(data) / CLUSTER
        shutil.move(cluster, moved)
        cluster.symlink_to(moved)
        user = system_user()
        for folder, _, files in os.walk(moved):
            for name in (".", *files):
                os.chown(Path(folder, name), user.pw_uid, user.pw_gid, follow_symlinks=False)


def socket_folder(cluster: Path) -> Path:
    """Return the folder of the socket, created if missing and closed to other users. Raises Unusable."""
    folder = socket_path(cluster)
    try:
        if folder != cluster:
            folder.mkdir(mode=0o700)
            if as_root():
                give_to_system_user(folder)
    except FileExistsError:
        check_closed(folder)
    except OSError as error:
        raise Unusable(f"{folder} can't be made: {error.strerror}.") from error
    return folder


def remove_socket_folder(cluster: Path) -> None:
    """Remove the folder of the socket after the server has stopped, unless it is not ours or not empty."""
    folder = socket_path(cluster)
    if folder != cluster:
        with suppress(OSError, Unusable):
            check_closed(folder)
            folder.rmdir()


def socket_path(cluster: Path) -> Path:
    """The cluster itself, which is closed to other users; another folder if its path can't be a socket's."""
    if len(os.fsencode(cluster)) <= SOCKET_PATH_LIMIT - len("/.s.PGSQL.5432") and not set(str(cluster)) & set(",\"'"):
        return cluster
    shared = Path("/run")
    if not as_root() or not shared.is_dir():
        shared = Path(tempfile.gettempdir())
    return shared / f"kalends-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]}"


def check_closed(folder: Path) -> None:
    """Raise Unusable unless the folder of the socket is ours and closed to others.

    Whoever can enter it is superuser of the database, and can run commands as its system user.
    """
    status, owner = folder.lstat(), system_user().pw_uid if as_root() else os.geteuid()
    if not folder.is_dir() or folder.is_symlink() or status.st_uid != owner or status.st_mode & 0o077:
        raise Unusable(
            f"{folder} is not ours or is open to others, so the database's socket can't be there: remove it."
        )


def give_to_system_user(folder: Path) -> None:
    user = system_user()
    os.chown(folder, user.pw_uid, user.pw_gid)
