"""Where the embedded server's data and socket are, and that they are closed to others."""

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
    """The data folder, resolved, and made if `create`. Raises Unusable."""
    try:
        data = data.expanduser().resolve()
        if not create and not (data / CLUSTER).exists():
            raise Unusable(
                f"There is no database in {data}: KALENDS_DATA says which folder is meant, `kalends serve` makes one."
            )
        data.parent.mkdir(parents=True, exist_ok=True)
        # Root's PostgreSQL runs as another user, who must pass through.
        data.mkdir(mode=0o711 if as_root() else 0o700, exist_ok=True)
        for lock in (".gate", ".users"):
            (data / lock).touch(mode=0o600)
    except OSError as error:
        raise Unusable(f"The data folder {data} can't be used: {error.strerror}.") from error
    return data


def home_of(data: Path) -> Path:
    """The folder in which a new cluster is to be: the data folder, or one of the system when root's is out of reach."""
    if not as_root() or is_reachable(data / CLUSTER):
        return data
    make_system_folder()
    home = Path(tempfile.mkdtemp(prefix="data-", dir=SYSTEM_FOLDER))
    home.chmod(0o711)
    log.warning("postgres.data_elsewhere", folder=str(home), why=f"folders above {data} are closed, and stay so")
    return home


def move_into_reach(data: Path) -> None:
    """A cluster that PostgreSQL's user can't reach any more moves to the system's folder; a link to it stays."""
    cluster = data / CLUSTER
    if as_root() and not cluster.is_symlink() and not is_reachable(cluster):
        moved = home_of(data) / CLUSTER
        shutil.move(cluster, moved)
        cluster.symlink_to(moved)
        user = system_user()
        for folder, _, files in os.walk(moved):
            for name in (".", *files):
                os.chown(Path(folder, name), user.pw_uid, user.pw_gid, follow_symlinks=False)


def socket_folder(cluster: Path) -> Path:
    """The folder of the socket, which is there now and closed to others. Raises Unusable."""
    folder = name_socket_folder(cluster)
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
    """When the server has stopped; not if it is not ours, or there is something in it after all."""
    folder = name_socket_folder(cluster)
    if folder != cluster:
        with suppress(OSError, Unusable):
            check_closed(folder)
            folder.rmdir()


def name_socket_folder(cluster: Path) -> Path:
    """With the data, which is closed to others; elsewhere when that path is too long for a socket."""
    if len(os.fsencode(cluster)) <= SOCKET_PATH_LIMIT - len("/.s.PGSQL.5432") and not set(str(cluster)) & set(",\"'"):
        return cluster
    shared = Path("/run")
    if not as_root() or not shared.is_dir():
        shared = Path(tempfile.gettempdir())
    return shared / f"kalends-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]}"


def check_closed(folder: Path) -> None:
    """Whoever owns or may enter the folder of the socket has the database, and in it commands. Raises Unusable."""
    seen, owner = folder.lstat(), system_user().pw_uid if as_root() else os.geteuid()
    if not folder.is_dir() or folder.is_symlink() or seen.st_uid != owner or seen.st_mode & 0o077:
        raise Unusable(
            f"{folder} is not ours or is open to others, so the database's socket can't be there: remove it."
        )


def give_to_system_user(folder: Path) -> None:
    user = system_user()
    os.chown(folder, user.pw_uid, user.pw_gid)
