"""The processes of one `kalends serve`: the web workers under granian, and beside them one that does the jobs."""

import errno
import gc
import multiprocessing
import os
import signal
import socket
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server.mp import MPServer
from litestar.types import ASGIApp

from kalends import main
from kalends.cli.house import Wrong
from kalends.settings import Settings, hand_down

log = structlog.get_logger()

PARENT_CHECKED_EVERY = 0.25  # seconds
# Granian's own words go where all others go, and each request has its line already.
QUIET = {"loggers": {name: {"handlers": [], "propagate": True} for name in ("_granian", "granian.access")}}
SELDOM = 20_000  # objects made between looks for cycles
PORT_AWAITED = 3.0  # seconds: as long as the workers of a server that was killed may hold it


class Web(MPServer):
    """The web workers. Those asked to end finish what they have begun, and turn away what still comes."""

    def __init__(self, settings: Settings, shared: Path) -> None:
        super().__init__(
            "kalends",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            workers=settings.workers,
            loop=Loops.uvloop,
            websockets=False,
            backpressure=1024,
            log_level=LogLevels.warning,
            log_dictconfig=QUIET,
            respawn_failed_workers=True,
            workers_kill_timeout=settings.drain_seconds,
        )
        self.draining = shared / main.DRAINING
        self.loader = partial(web_worker, settings, shared, os.getpid())

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises SystemExit when the workers can't be kept running."""
        if self.workers > 1:
            # They add up their counts in files, which they must know of before they load what counts.
            hand_down("PROMETHEUS_MULTIPROC_DIR", str(self.draining.parent))
            multiprocessing.set_start_method("spawn", force=True)
        self.serve(target_loader=self.loader, wrap_loader=False)

    def shutdown(self, exit_code: int = 0) -> None:
        self.draining.touch()
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # Granian's has no types.


class Jobs:
    """The process that does jobs; started again when it dies, until it is told to end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ending = threading.Event()
        self.process = self.start()
        threading.Thread(target=self.keep, daemon=True).start()

    def start(self) -> Any:
        # Spawned, not forked: it may be started again from a process that has threads by then.
        process = multiprocessing.get_context("spawn").Process(target=jobs_worker, args=(self.settings, os.getpid()))
        process.start()
        return process

    def keep(self) -> None:
        while not self.ending.is_set():
            self.process.join()
            if not self.ending.wait(1.0):
                log.error("jobs.died", exit_code=self.process.exitcode)
                self.process = self.start()

    def end(self) -> None:
        """Let it finish what it has begun."""
        self.ending.set()
        self.process.terminate()
        self.process.join(self.settings.drain_seconds)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def web_worker(settings: Settings, shared: Path, parent: int) -> ASGIApp:
    """In a web worker: its application."""
    end_with(parent)
    app = main.build(settings, shared)
    collect_seldom()
    return app


def collect_seldom() -> None:
    """What is loaded by now stays; a list makes thousands of short-lived objects, hardly any of them in cycles."""
    gc.freeze()
    gc.set_threshold(SELDOM, 20, 100)


def jobs_worker(settings: Settings, parent: int) -> None:
    """In the process of the jobs: all it does."""
    end_with(parent)
    main.worker(settings)


def end_with(parent: int) -> None:
    """When the supervisor is killed nobody is left to end this process, which would keep the port and the database."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECKED_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def expect_free(host: str, port: int) -> None:
    """Granian shares a port with whoever has it already, so ask first. Raises Wrong."""
    deadline = time.monotonic() + PORT_AWAITED
    while (taken := bind(host, port)) is not None:
        if taken.errno != errno.EADDRINUSE or time.monotonic() > deadline:
            raise Wrong(f"Can't listen on {host}:{port}: {taken.strerror or taken}.")
        time.sleep(0.1)


def bind(host: str, port: int) -> OSError | None:
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None
