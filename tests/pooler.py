"""PgBouncer in front of a server, as docs/scaling.md says: it lends a server for one transaction at a time."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from kalends.store.embedded.programs import SYSTEM_USER
from tests.folders import passable
from tests.ports import free_port

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
WANTED = os.environ.get("KALENDS_TEST_POOLER") == "yes"
"""Whether all tests are to go through it."""
PATIENCE = 30.0
RECIPE = Path(__file__).parents[1] / "docs" / "scaling.md"


class Pooler:
    """A running PgBouncer."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"


@contextmanager
def pooling(server_url: str, folder: Path, size: int) -> Iterator[Pooler]:
    """PgBouncer with so many connections to each database of an embedded server."""
    assert PGBOUNCER
    (sockets,) = parse_qs(urlsplit(server_url).query)["host"]
    file = passable(folder) / "pgbouncer.ini"
    with free_port() as port:
        file.write_text(_recipe(sockets, port, size))
        file.chmod(0o644)
        user = SYSTEM_USER if os.geteuid() == 0 else None
        with subprocess.Popen([PGBOUNCER, "--quiet", file], user=user, stderr=subprocess.DEVNULL) as process:
            try:
                _await_listener(port)
                yield Pooler(port)
            finally:
                process.terminate()


def _recipe(sockets: str, port: int, size: int) -> str:
    """The configuration of the recipe, on this port, with the embedded server behind it, which asks for no password."""
    text = RECIPE.read_text(encoding="utf-8")
    recipe = text.partition("```ini\n")[2].partition("```")[0]
    own = {
        "kalends = host=one port=5432 dbname=kalends": f"* = host={sockets} user=postgres",
        "listen_addr = 0.0.0.0": "listen_addr = 127.0.0.1\nunix_socket_dir =",
        "listen_port = 6432": f"listen_port = {port}",
        "auth_type = scram-sha-256": "auth_type = any",
        "auth_file = /etc/pgbouncer/userlist.txt": "",
        "default_pool_size = 20": f"default_pool_size = {size}",
    }
    for said, meant in own.items():
        assert said in recipe, said
        recipe = recipe.replace(said, meant)
    return recipe


def _await_listener(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
