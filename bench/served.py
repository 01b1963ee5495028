"""The house served as it is in earnest, by `kalends serve`: how soon it is ready, and what its processes take."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

KALENDS = Path(sys.executable).parent / "kalends"
PATIENCE = 60.0


class Served(msgspec.Struct, frozen=True):
    """A running server; it was ready so many seconds after the command."""

    pid: int
    port: int
    ready_after: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def megabytes(self) -> float:
        """What the largest process below the command keeps in memory: a web worker, as all others do less."""
        return max(_resident(pid) for pid in _below(self.pid))


@contextmanager
def serving(data: Path, workers: int, **settings: str) -> Iterator[Served]:
    """The server on a data folder, with so many web workers and these settings, for as long as the block lasts."""
    port = _free_port()
    environment = {**os.environ, "KALENDS_DATA": str(data), "KALENDS_LOG_LEVEL": "warning", **settings}
    command = (str(KALENDS), "serve", "--port", str(port), "--workers", str(workers))
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment)
    try:
        _await_ready(process, f"http://127.0.0.1:{port}/readyz")
        yield Served(process.pid, port, time.perf_counter() - began)
    finally:
        time.sleep(1)  # what a load left behind unanswered comes to its end
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _await_ready(process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.perf_counter() + PATIENCE
    while process.poll() is None and time.perf_counter() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError("kalends serve does not get ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _below(parent: int) -> Iterator[int]:
    """A process and all that it started, from /proc."""
    yield parent
    for children in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _below(int(child))


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024
