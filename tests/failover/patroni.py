"""The recipe of docs/scaling.md, done on this machine: etcd, and servers of PostgreSQL that Patroni keeps."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx

RECIPE = Path(__file__).parents[2] / "docs" / "scaling.md"
USER = "postgres"
PASSWORD = "recipe"
PATIENCE = 120.0
NETWORK = "127.45.0"
ETCD = f"{NETWORK}.10"


class Machine:
    """One machine of the recipe, with an address of its own."""

    def __init__(self, parent: Path, number: int) -> None:
        self.address, self.folder = f"{NETWORK}.{20 + number}", _folder(parent / f"node{number}")
        self.data = self.folder / "data"
        config = self.folder / "config.yml"
        config.write_text(_recipe(f"node{number}", self.address, self.data))
        shutil.chown(config, USER)
        self.patroni = _begin(["patroni", str(config)], self.folder)

    @property
    def is_primary(self) -> bool:
        return self._answers("/primary")

    @property
    def is_sync_standby(self) -> bool:
        return self._answers("/sync")

    def kill_server(self) -> None:
        """The postmaster alone."""
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def kill(self) -> None:
        """Patroni first, which would notice."""
        self.patroni.kill()
        self.kill_server()

    def end(self) -> None:
        self.patroni.terminate()
        self.patroni.wait(PATIENCE)

    def _answers(self, path: str) -> bool:
        try:
            return httpx.get(f"http://{self.address}:8008{path}", timeout=2).status_code == 200
        except httpx.TransportError:
            return False


def begin_etcd(parent: Path) -> "subprocess.Popen[bytes]":
    """The store in which the machines agree who is the primary."""
    clients, peers = f"http://{ETCD}:2379", f"http://{ETCD}:2380"
    command = ["etcd", "--data-dir", "data", "--listen-client-urls", clients, "--advertise-client-urls", clients]
    command += ["--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers]
    return _begin([*command, "--initial-cluster", f"default={peers}"], _folder(parent / "etcd"))


def await_that(condition: Callable[[], bool], what: str) -> None:
    """Wait for it. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not seen in {PATIENCE:.0f} s: {what}")
        time.sleep(0.1)


def _recipe(name: str, address: str, data: Path) -> str:
    recipe: str
    [recipe] = re.findall(r"```yaml\n(.*?)```", RECIPE.read_text(encoding="utf-8"), re.DOTALL)
    recipe = recipe.replace("/var/lib/postgresql/kalends", str(data))
    for word, meaning in (("NAME", name), ("ADDRESS", address), ("ETCD", ETCD), ("PASSWORD", PASSWORD)):
        recipe = re.sub(rf"\b{word}\b", meaning, recipe)
    return recipe.replace(
        "  authentication:", f"  parameters: {{unix_socket_directories: {data.parent}}}\n  authentication:"
    )


def _begin(command: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    user = USER if os.geteuid() == 0 else None
    home = {"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, user=user, group=user, env=home, stdout=log, stderr=log)


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o755)
    if os.geteuid() == 0:
        shutil.chown(path, USER, USER)
    return path
